import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError, type Environment, type RedisAccess } from '../index.js';

const redis = (env: Environment): RedisAccess => loadSettings(['REDIS'], env).redis;

function faulty(env: Environment): string[] {
  try {
    redis(env);
    return [];
  } catch (error) {
    return (error as SettingsError).faults.map(({ name }) => name);
  }
}

describe('the way to Redis', () => {
  it('leads to this machine when nothing is said', () => {
    expect(redis({})).toEqual({ url: 'redis://127.0.0.1:6379', keyPrefix: 'sb:' });
  });

  it('is one address', () => {
    expect(redis({ REDIS_URL: 'redis://r:1/2', KEY_PREFIX: 'x:' })).toEqual({ url: 'redis://r:1/2', keyPrefix: 'x:' });
  });

  it('is a set of Sentinels with the name of the master', () => {
    const env = {
      REDIS_SENTINELS: 'a:26379, 10.0.0.2:26380,[fd00::1]:26381',
      REDIS_MASTER_NAME: 'main',
      REDIS_USERNAME: 'app',
      REDIS_PASSWORD: 'p1',
      REDIS_SENTINEL_USERNAME: 'watch',
      REDIS_SENTINEL_PASSWORD: 'p2',
    };
    expect(redis(env)).toEqual({
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: '10.0.0.2', port: 26_380 },
        { host: 'fd00::1', port: 26_381 },
      ],
      masterName: 'main',
      username: 'app',
      password: 'p1',
      sentinelUsername: 'watch',
      sentinelPassword: 'p2',
      keyPrefix: 'sb:',
    });
  });

  it('is a Cluster', () => {
    expect(redis({ REDIS_CLUSTER_NODES: 'a:7000,b:7001' }).clusterNodes).toHaveLength(2);
  });

  it.each<[string, Environment, string[]]>([
    ['two ways at once', { REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b:1' }, ['REDIS_URL']],
    ['Sentinels without the name of the master', { REDIS_SENTINELS: 'a:1' }, ['REDIS_MASTER_NAME']],
    ['a name of the master without Sentinels', { REDIS_MASTER_NAME: 'm' }, ['REDIS_MASTER_NAME']],
    ['a Sentinel password without Sentinels', { REDIS_SENTINEL_PASSWORD: 'x' }, ['REDIS_SENTINEL_PASSWORD']],
    ['a Sentinel without a port', { REDIS_SENTINELS: 'a', REDIS_MASTER_NAME: 'm' }, ['REDIS_SENTINELS']],
    ['a port that is none', { REDIS_CLUSTER_NODES: 'a:70000' }, ['REDIS_CLUSTER_NODES']],
    ['an address of another kind', { REDIS_URL: 'https://a' }, ['REDIS_URL']],
    ['a certificate authority without TLS', { REDIS_TLS_CA_FILE: '/x' }, ['REDIS_TLS_CA_FILE']],
    ['a prefix with braces, which would change slots', { KEY_PREFIX: '{a}' }, ['KEY_PREFIX']],
  ])('is refused with %s', (_what, env, names) => {
    expect(faulty(env)).toEqual(names);
  });

  describe('with TLS', () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
    const pem = join(folder, 'ca.pem');
    beforeAll(() => writeFileSync(pem, 'PEM'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it('carries the texts of its files', () => {
      const env = { REDIS_TLS: 'true', REDIS_TLS_CA_FILE: pem, REDIS_TLS_SERVERNAME: 'redis.example' };
      expect(redis(env).tls).toEqual({ ca: 'PEM', servername: 'redis.example' });
    });

    it('needs no file at all', () => {
      expect(redis({ REDIS_TLS: '1' }).tls).toEqual({});
      expect(redis({ REDIS_URL: 'rediss://a' }).tls).toEqual({});
    });

    it('is refused with a file that is not there and with half a client certificate', () => {
      expect(faulty({ REDIS_TLS: 'true', REDIS_TLS_CA_FILE: join(folder, 'none') })).toEqual(['REDIS_TLS_CA_FILE']);
      expect(faulty({ REDIS_TLS: 'true', REDIS_TLS_CERT_FILE: pem })).toEqual(['REDIS_TLS_CERT_FILE']);
    });
  });
});
