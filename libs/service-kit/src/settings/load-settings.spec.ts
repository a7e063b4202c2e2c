import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownNames, loadSettings, SettingsError, type Environment, type SettingsName } from '../index.js';

function faultsOf(env: Environment, names: readonly SettingsName[] = []): Record<string, string> {
  try {
    loadSettings(names, env);
  } catch (error) {
    if (error instanceof SettingsError) return Object.fromEntries(error.faults.map((f) => [f.name, f.problem]));
    throw error;
  }
  return {};
}

describe('settings', () => {
  it('come typed, in camel case and with their defaults', () => {
    const settings = loadSettings(['BATCH_QUIET_MS', 'PARTITIONS', 'LOG_PRETTY', 'INBOUND_STREAM'], {});
    expect(settings).toEqual({ batchQuietMs: 2_000, partitions: 16, logPretty: false, inboundStream: 'msi:messages' });
    settings.batchQuietMs satisfies number;
    settings.logPretty satisfies boolean;
  });

  it('take the value of the environment before the default of the service before the general one', () => {
    expect(loadSettings(['PORT'], {}).port).toBe(3_000);
    expect(loadSettings(['PORT'], {}, { PORT: 3_004 }).port).toBe(3_004);
    expect(loadSettings(['PORT'], { PORT: '0' }, { PORT: 3_004 }).port).toBe(0);
  });

  it('count an empty variable as absent, but for KEY_PREFIX, where nothing is a prefix', () => {
    expect(loadSettings(['PORT', 'KEY_PREFIX'], { PORT: '', KEY_PREFIX: '' })).toEqual({ port: 3_000, keyPrefix: '' });
  });

  it('are refused all together, each by name and expectation', () => {
    const faults = faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', BATCH_QUITE_MS: '5' }, ['PORT', 'LOG_LEVEL']);
    expect(faults).toEqual({
      PORT: 'must be a whole number from 0 to 65535',
      LOG_LEVEL: expect.stringContaining('one of trace, debug'),
      BATCH_QUITE_MS: 'is no setting, did you mean BATCH_QUIET_MS?',
    });
  });

  it('never repeat a value in their error', () => {
    const env = { PORT: 'canary', REDIS_URL: 'http://canary', ADMIN_TOKEN: 'canary canary', KEY_PREFIX: '{canary}' };
    const names = ['PORT', 'REDIS', 'ADMIN_TOKEN'] as const;
    expect(Object.keys(faultsOf(env, names)).sort()).toEqual(['ADMIN_TOKEN', 'KEY_PREFIX', 'PORT', 'REDIS_URL']);
    expect(() => loadSettings(names, env)).not.toThrow(/canary/);
  });

  it.each(['', ' 5', '5.5', '1e3', '0x10', 'NaN', '-1', '99999999999999999999'])('take no "%s" as a number', (text) => {
    const settings = (): number => loadSettings(['MAX_ATTEMPTS'], { MAX_ATTEMPTS: text }).maxAttempts;
    if (text === '') expect(settings()).toBe(5);
    else expect(settings).toThrow('MAX_ATTEMPTS must be a whole number from 1 to 1000');
  });

  it.each([
    ['all', 'all'],
    ['majority', 'majority'],
    ['2', 2],
  ])('read ACK_REPLICAS=%s', (text, value) => {
    expect(loadSettings(['ACK_REPLICAS'], { ACK_REPLICAS: text }).ackReplicas).toBe(value);
  });

  it('ask all replicas where there are Sentinels, and none where there is one Redis', () => {
    expect(loadSettings(['ACK_REPLICAS'], {}).ackReplicas).toBe(0);
    expect(loadSettings(['ACK_REPLICAS'], { REDIS_SENTINELS: 'a:26379' }).ackReplicas).toBe('all');
  });

  it('ignore what belongs to others', () => {
    const env = {
      PATH: '/bin',
      HOSTNAME: 'x',
      NODE_OPTIONS: '',
      SESSION_MANAGER: 'x',
      REDIS_TEST_URL: 'x',
      LOGNAME: 'x',
    };
    expect(faultsOf(env)).toEqual({});
  });

  it.each([
    ['REDIS_PORT', undefined],
    ['PARTITION', 'PARTITIONS'],
    ['CONCURENCY', 'CONCURRENCY'],
    ['ADMIN_TOKEN_FIEL', 'ADMIN_TOKEN_FILE'],
    ['BODY_LIMIT_BITES', 'BODY_LIMIT_BYTES'],
  ])('refuse the slip %s', (name, meant) => {
    expect(faultsOf({ [name]: '1' })).toEqual({
      [name]: meant ? `is no setting, did you mean ${meant}?` : expect.stringContaining('is no setting'),
    });
  });

  it('know the name of every setting and do not refuse one that another service reads', () => {
    const env = Object.fromEntries(knownNames().map((name) => [name, name === 'NODE_ENV' ? 'test' : 'x']));
    expect(faultsOf(env)).toEqual({});
  });
});

describe('a secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const file = join(folder, 'token');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('may come from a file, without the line end an editor leaves', () => {
    writeFileSync(file, 's3cret\r\n');
    expect(loadSettings(['ADMIN_TOKEN'], { ADMIN_TOKEN_FILE: file }).adminToken).toBe('s3cret');
  });

  it('may not come from both', () => {
    expect(Object.keys(faultsOf({ ADMIN_TOKEN: 'x', ADMIN_TOKEN_FILE: file }, ['ADMIN_TOKEN']))).toEqual([
      'ADMIN_TOKEN',
    ]);
  });

  it.each(['absent', '.'])('is a fault of its file when that is %s, also in production only once', (name) => {
    const env = { NODE_ENV: 'production', ADMIN_TOKEN_FILE: join(folder, name) };
    expect(Object.keys(faultsOf(env, ['ADMIN_TOKEN']))).toEqual(['ADMIN_TOKEN_FILE']);
  });

  it('must be there in production where leaving it out would open a door', () => {
    expect(faultsOf({ NODE_ENV: 'production' }, ['ADMIN_TOKEN', 'DASHBOARD_TOKEN', 'REDIS_PASSWORD'])).toEqual({
      ADMIN_TOKEN: 'or ADMIN_TOKEN_FILE must be given in production',
      DASHBOARD_TOKEN: 'or DASHBOARD_TOKEN_FILE must be given in production',
    });
    expect(faultsOf({}, ['ADMIN_TOKEN', 'DASHBOARD_TOKEN'])).toEqual({});
  });

  it('may not be one of the public development secrets in production', () => {
    expect(Object.keys(faultsOf({ NODE_ENV: 'production', ADMIN_TOKEN: 'dev-secret' }, ['ADMIN_TOKEN']))).toEqual([
      'ADMIN_TOKEN',
    ]);
    expect(faultsOf({ ADMIN_TOKEN: 'dev-secret' }, ['ADMIN_TOKEN'])).toEqual({});
  });
});
