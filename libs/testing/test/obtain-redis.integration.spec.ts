import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askRedis, obtainRedis, openRedis, startRedis } from '../src/index.js';
import { probeServer } from '../src/redis/obtain/existing-server.js';
import { probeBinary, probePath } from '../src/redis/obtain/redis-binary.js';
import { makeTempFolder, removeTempFolder } from '../src/redis/temp-folder.js';

let folder: string;

beforeAll(async () => {
  folder = await makeTempFolder('obtain');
});
afterAll(async () => {
  await removeTempFolder(folder);
});

async function program(name: string, says: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\necho '${says}'\n`);
  await chmod(file, 0o755);
  return file;
}

describe('a Redis that the environment names', () => {
  it('is used for tests that need only an address, and left running', async () => {
    const redis = await startRedis();
    process.env['REDIS_TEST_URL'] = redis.url;
    try {
      const opened = await openRedis();
      expect(opened.url).toBe(redis.url);
      await opened.stop();
      expect(await askRedis(redis, ['PING'])).toBe('PONG');
    } finally {
      delete process.env['REDIS_TEST_URL'];
      await redis.stop();
    }
  });
});

describe('looking for a Redis', () => {
  it('leads on this machine to one that can be run', async () => {
    const { source } = await obtainRedis('processes');
    expect(source.kind).not.toBe('server');
  });

  it('takes Valkey from PATH, and passes over a Redis that is too old', async () => {
    await program('redis-server', 'Redis server v=6.2.7 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=0');
    expect(await probePath(folder)).toEqual({ absent: expect.stringContaining('is 6.2.7; 7.0 or newer is needed') });
    const valkey = await program('valkey-server', 'Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64');
    expect(await probePath(folder)).toEqual({ source: { kind: 'binary', file: valkey } });
  });

  it('refuses a program that is none', async () => {
    expect(await probeBinary('/bin/true')).toEqual({
      absent: '/bin/true does not run as a redis-server or valkey-server',
    });
    expect(await probeBinary('/no/such/file')).toHaveProperty('absent');
  });

  it('takes a server that answers, also one that asks for a password, and refuses what is none', async () => {
    const redis = await startRedis({ password: 'secret' });
    const url = `redis://127.0.0.1:${redis.port}`;
    expect(await probeServer(url)).toEqual({ source: { kind: 'server', url } });
    await redis.stop();
    expect(await probeServer(url)).toEqual({ absent: 'no Redis answers there' });
    expect(await probeServer('localhost:6379')).toHaveProperty('absent');
  });
});
