import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentSecrets, loadProperties, loadSettings, SettingsError, type Environment } from '../index.js';

const folder = mkdtempSync(join(tmpdir(), 'properties-'));
const path = join(folder, 'properties.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const standardSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

function faultsOf(yaml: string, env: Environment = {}): string[] {
  writeFileSync(path, yaml);
  try {
    loadProperties(path, env);
    return [];
  } catch (error) {
    return (error as SettingsError).faults.map(({ name, problem }) => `${name} ${problem}`);
  }
}

/** A file with one property that has one source. */
function fileWith(source: string): string {
  return `properties: [{ id: inn, sources: [${source}] }]`;
}

describe('the demo property', () => {
  it('is there in development without any file, and its replies go nowhere', () => {
    const { properties } = loadSettings(['PROPERTIES'], {});
    const [demo] = properties.properties;
    expect(demo?.sources.map(({ id }) => id)).toEqual([
      'demo-chatwoot',
      'demo-whatsapp',
      'demo-standard',
      'demo-webchat',
    ]);
    expect(demo?.sources.filter((source) => 'api' in source)).toEqual([]);
    expect(properties.sourceOf('whatsapp', 'demo-whatsapp')).toMatchObject({
      secrets: ['dev-secret'],
      verifyTokens: ['dev-verify'],
    });
    expect(properties.sourceOf('whatsapp', 'demo-chatwoot')).toBeUndefined();
    expect(properties.property('demo')?.agent).toEqual({ kind: 'builtin' });
  });

  it('sends where the settings say', () => {
    const { properties } = loadSettings(['PROPERTIES'], { DEMO_CHATWOOT_URL: 'http://127.0.0.1:5000' });
    expect(properties.sourceOf('chatwoot', 'demo-chatwoot')?.api?.baseUrl).toBe('http://127.0.0.1:5000');
  });

  it('does not exist in production', () => {
    expect(() => loadSettings(['PROPERTIES'], { NODE_ENV: 'production' })).toThrow(
      'PROPERTIES_FILE must be given in production',
    );
  });
});

describe('the properties file', () => {
  it('that is shipped as an example is valid and complete', () => {
    const text = readFileSync(join(import.meta.dirname, '../../properties.example.yaml'), 'utf8');
    writeFileSync(path, text);
    mkdirSync(join(folder, 'secrets'), { recursive: true });
    writeFileSync(join(folder, 'secrets/chatwoot-new'), 'new\n');
    writeFileSync(join(folder, 'secrets/chatwoot-old'), 'old\n');
    const names = [...text.matchAll(/env: ([A-Z_]+)/g)].map((match) => match[1] as string);
    const env = Object.fromEntries(names.map((name) => [name, name.includes('STANDARD') ? standardSecret : name]));
    const { properties } = loadSettings(['PROPERTIES'], { ...env, NODE_ENV: 'production', PROPERTIES_FILE: path });
    expect(properties.property('seaside')?.agent).toMatchObject({ kind: 'http', token: 'SEASIDE_AGENT_TOKEN' });
    expect(properties.sourceOf('chatwoot', 'seaside-chatwoot')).toMatchObject({
      propertyId: 'seaside',
      secrets: ['new', 'old'],
      requireSignature: true,
      api: { baseUrl: 'https://chatwoot.example', token: 'SEASIDE_CHATWOOT_TOKEN' },
    });
    expect(properties.sourceOf('standard', 'seaside-standard')?.api?.signingSecrets).toEqual([standardSecret]);
    expect(properties.sourceOf('webchat', 'seaside-webchat')?.allowedOrigins).toEqual(['https://seaside.example']);
  });

  it.each([
    ['no mapping', '[]', 'PROPERTIES_FILE must be a mapping'],
    ['empty', '', 'PROPERTIES_FILE must be a mapping'],
    ['without properties', 'properties: []', 'properties should not be empty'],
    ['no YAML', 'properties: [', 'PROPERTIES_FILE is no valid YAML in line 1'],
    [
      'with a repeated key',
      'properties: []\nproperties: []',
      'PROPERTIES_FILE is no valid YAML in line 2 (DUPLICATE_KEY)',
    ],
    ['with an unknown key', 'properties: []\npropertys: []', 'property propertys should not exist'],
    ['with a bad id', 'properties: [{ id: A_B, sources: [{ id: x, kind: webchat }] }]', 'at properties.0: id must be'],
    ['without sources', 'properties: [{ id: inn }]', 'at properties.0: sources'],
    ['with an unknown kind', fileWith('{ id: x, kind: pigeon }'), 'at properties.0.sources.0: kind must be one of'],
    ['with a web chat of another name', fileWith('{ id: x, kind: webchat }'), 'id must be inn-webchat'],
    [
      'with an origin that has a path',
      fileWith('{ id: inn-webchat, kind: webchat, allowedOrigins: ["https://a/b"] }'),
      'allowedOrigins',
    ],
    ['with no secret to check signatures', fileWith('{ id: x, kind: chatwoot }'), 'unless requireSignature is false'],
    ['with a secret written into it', fileWith('{ id: x, kind: chatwoot, secrets: [canary] }'), 'sources.0'],
    [
      'with a secret of both kinds',
      fileWith('{ id: x, kind: chatwoot, secrets: [{ env: A, file: b }] }'),
      'exactly one of env and file',
    ],
    [
      'with a variable that is not set',
      fileWith('{ id: x, kind: chatwoot, secrets: [{ env: NONE }] }'),
      'at properties.0.sources.0.secrets.0: names NONE, which is not set',
    ],
    [
      'with a file that is not there',
      fileWith('{ id: x, kind: chatwoot, secrets: [{ file: none }] }'),
      'cannot be read',
    ],
    [
      'with an unknown key in a source',
      fileWith('{ id: inn-webchat, kind: webchat, token: {env: A} }'),
      'property token should not exist',
    ],
    [
      'with a webhook sent out unencrypted',
      fileWith('{ id: x, kind: standard, secrets: [], api: { baseUrl: "http://h/", signingSecrets: [] } }'),
      'sources.0: secrets should not be empty',
    ],
    [
      'with two kinds of verify tokens',
      fileWith('{ id: x, kind: whatsapp, secrets: [{ env: A }], verifyToken: { env: A }, verifyTokens: [{ env: A }] }'),
      'exactly one of verifyToken and verifyTokens',
    ],
    [
      'with no verify token',
      fileWith('{ id: x, kind: whatsapp, secrets: [{ env: A }] }'),
      'exactly one of verifyToken and verifyTokens',
    ],
    [
      'with a token in the address beside a signature',
      fileWith('{ id: x, kind: chatwoot, secrets: [{ env: A }], urlTokens: [{ env: A }] }'),
      'urlTokens count only where requireSignature is false',
    ],
    [
      'with a backfill and no address to fetch from',
      fileWith('{ id: x, kind: chatwoot, secrets: [{ env: A }], backfill: { accounts: [1], token: { env: A } } }'),
      'backfill needs api',
    ],
    [
      'with credentials in an address',
      fileWith(
        '{ id: x, kind: chatwoot, requireSignature: false, api: { baseUrl: "https://u:canary@h", token: { env: A } } }',
      ),
      'without credentials',
    ],
  ])('is refused when it is %s', (_what, yaml, expected) => {
    const faults = faultsOf(yaml, { A: 'a-secret' });
    expect(faults.join('\n')).toContain(expected);
    expect(faults.join('\n')).not.toMatch(/canary/);
  });

  it('is refused with a Standard Webhooks secret of another form', () => {
    const yaml = fileWith('{ id: x, kind: standard, secrets: [{ env: A }] }');
    expect(faultsOf(yaml, { A: 'plain' })).toEqual([
      'PROPERTIES_FILE at properties.0.sources.0.secrets.0: must lead to whsec_ and base64 of 24 to 64 bytes, or to whpk_ and base64 of 32 bytes',
    ]);
    expect(faultsOf(yaml, { A: standardSecret })).toEqual([]);
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(faultsOf(yaml, { A: `whpk_${key}` })).toEqual([]);
    expect(faultsOf(yaml, { A: `whsk_${key}` })).toHaveLength(1);
  });

  it('lets webhooks out unencrypted only into networks of our own', () => {
    const yaml = (network: string) =>
      fileWith(
        `{ id: x, kind: standard, secrets: [{ env: A }], api: { baseUrl: "http://h/", signingSecrets: [{ env: A }]${network} } }`,
      );
    expect(faultsOf(yaml(''), { A: standardSecret })).toEqual([
      'PROPERTIES_FILE at properties.0.sources.0.api: baseUrl must begin with https:// unless network is private',
    ]);
    expect(faultsOf(yaml(', network: private, ports: [80]'), { A: standardSecret })).toEqual([]);
  });

  it('keeps every option of a source', () => {
    const source = `{ id: x, kind: chatwoot, requireSignature: false, urlTokens: [{ env: A }], answerWhen: pending,
      requestsPerSecond: 7, api: { baseUrl: "https://h", token: { env: A } }, backfill: { accounts: [3], token: { env: B } } }`;
    writeFileSync(path, fileWith(source));
    expect(loadProperties(path, { A: 'a', B: 'b' }).source('x')).toMatchObject({
      urlTokens: ['a'],
      answerWhen: 'pending',
      requestsPerSecond: 7,
      backfill: { accounts: [3], token: 'b' },
    });
    writeFileSync(
      path,
      fileWith('{ id: x, kind: whatsapp, secrets: [{ env: A }], verifyTokens: [{ env: A }, { env: B }] }'),
    );
    expect(loadProperties(path, { A: 'a', B: 'b' }).source('x')).toMatchObject({ verifyTokens: ['a', 'b'] });
  });

  it('is refused when an id comes twice, also in two properties', () => {
    const source = '{ id: same, kind: chatwoot, requireSignature: false }';
    expect(faultsOf(`properties: [{ id: a, sources: [${source}] }, { id: b, sources: [${source}] }]`)).toEqual([
      'PROPERTIES_FILE has two sources with the id same',
    ]);
    expect(
      faultsOf(`properties: [{ id: a, sources: [${source}] }, { id: a, sources: [{ id: a-webchat, kind: webchat }] }]`),
    ).toEqual(['PROPERTIES_FILE has two properties with the id a']);
  });

  it('may not lead to a development secret in production', () => {
    const yaml = fileWith('{ id: x, kind: chatwoot, secrets: [{ env: A }] }');
    const env = { A: developmentSecrets.webhook };
    expect(faultsOf(yaml, env)).toEqual([]);
    expect(faultsOf(yaml, { ...env, NODE_ENV: 'production' }).join()).toContain('a development secret');
  });

  it('tells its faults together with those of all other settings', () => {
    writeFileSync(path, 'properties: []');
    expect(() => loadSettings(['PORT', 'PROPERTIES'], { PORT: 'x', PROPERTIES_FILE: path })).toThrow(
      /^PORT must be .*; PROPERTIES_FILE .*properties should not be empty/,
    );
  });

  it('does not blow up over nested aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c]',
    ];
    expect(faultsOf(bomb.join('\n')).join()).toContain('aliases');
  });
});
