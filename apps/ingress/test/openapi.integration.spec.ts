import { type OpenAPIObject } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { RunningIngress, SECRET, signed, STANDARD_SECRET, webhook } from './running-ingress.js';

const properties = `
properties:
  - id: demo
    sources:
      - { id: demo-chatwoot, kind: chatwoot, secrets: [{ env: T_SECRET }], requestsPerSecond: 2 }
      - { id: demo-whatsapp, kind: whatsapp, secrets: [{ env: T_SECRET }], verifyToken: { env: T_SECRET }, requestsPerSecond: 2 }
      - { id: demo-standard, kind: standard, secrets: [{ env: T_STANDARD }], requestsPerSecond: 2 }
      - { id: demo-webchat, kind: webchat, requestsPerSecond: 2 }
`;

interface Answered {
  readonly operation: string;
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: string;
}

const kinds = ['chatwoot', 'whatsapp', 'standard'] as const;
const bodies = {
  chatwoot: webhook('chatwoot-message-created'),
  whatsapp: webhook('whatsapp-text'),
  standard: webhook('standard-message-received'),
};
const json = { 'content-type': 'application/json' };

let folder: string;
let redis: PrivateRedis;
let ingress: RunningIngress;
let document: OpenAPIObject;
const seen: Answered[] = [];

async function ask(operation: string, path: string, init: RequestInit = {}): Promise<void> {
  const stop = new AbortController();
  const answer = await fetch(`${ingress.url}${path}`, { ...init, signal: stop.signal });
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const body = type === 'text/event-stream' ? '' : await answer.text();
  seen.push({ operation, status: answer.status, type, headers: answer.headers, body });
  stop.abort();
}

/** Every way a request to a webhook can end, but the outage. */
async function askWebhook(kind: (typeof kinds)[number]): Promise<void> {
  const operation = `post /webhooks/${kind}/{source}`;
  const path = `/webhooks/${kind}/demo-${kind}`;
  const good = bodies[kind];
  const headers = { ...json, ...signed(kind, good) };
  const post = (at: string, init: RequestInit) => ask(operation, at, { method: 'POST', body: good, headers, ...init });
  await post(path, { body: '{' });
  await post(path, { body: '[]', headers: { ...json, ...signed(kind, '[]') } });
  await post(path, { headers: json });
  await post(path.replace('demo-', 'no-'), {});
  await post(path, { body: 'x'.repeat(70_000) });
  await post(path, { headers: { 'content-type': 'text/plain' } });
  for (let i = 0; i < 40; i += 1) await post(path, {});
}

async function askWebchat(): Promise<void> {
  const operation = 'post /webchat/{property}/messages';
  const post = (property: string, body: string, headers: Record<string, string> = json) =>
    ask(operation, `/webchat/${property}/messages`, { method: 'POST', body, headers });
  const good = JSON.stringify({ visitorId: 'v1', messageId: 'm1', text: 'hi' });
  await post('demo', '{}');
  await post('nobody', good);
  await post('demo', 'x'.repeat(70_000));
  await post('demo', good, { 'content-type': 'text/plain' });
  for (let i = 0; i < 40; i += 1) await post('demo', good);
  const stream = 'get /webchat/{property}/stream';
  await ask(stream, '/webchat/demo/stream?visitorId=v1');
  await ask(stream, '/webchat/demo/stream');
  await ask(stream, '/webchat/nobody/stream?visitorId=v1');
}

async function askHandshake(): Promise<void> {
  const operation = 'get /webhooks/whatsapp/{source}';
  const ask1 = (source: string, token: string) =>
    ask(operation, `/webhooks/whatsapp/${source}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1`);
  await ask1('demo-whatsapp', SECRET);
  await ask1('demo-whatsapp', 'wrong');
  await ask1('nobody', SECRET);
}

/** Without a store, on an ingress whose sources still have their rate. */
async function askWithoutRedis(env: Record<string, string>): Promise<void> {
  await ingress.stop();
  await redis.kill();
  ingress = await RunningIngress.start(redis.url, env);
  for (const kind of kinds) {
    const headers = { ...json, ...signed(kind, bodies[kind]) };
    const path = `/webhooks/${kind}/demo-${kind}`;
    await ask(`post /webhooks/${kind}/{source}`, path, { method: 'POST', body: bodies[kind], headers });
  }
  const body = JSON.stringify({ visitorId: 'v1', messageId: 'm2', text: 'hi' });
  await ask('post /webchat/{property}/messages', '/webchat/demo/messages', { method: 'POST', body, headers: json });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingress-'));
  await writeFile(join(folder, 'properties.yaml'), properties);
  redis = await startRedis();
  const secrets = { T_SECRET: SECRET, T_STANDARD: STANDARD_SECRET };
  const env = { ...secrets, PROPERTIES_FILE: join(folder, 'properties.yaml'), BODY_LIMIT_BYTES: '65536' };
  ingress = await RunningIngress.start(redis.url, env);
  document = (await (await fetch(`${ingress.url}/docs-json`)).json()) as OpenAPIObject;
  await Promise.all([...kinds.map(askWebhook), askWebchat(), askHandshake()]);
  await askWithoutRedis(env);
}, 60_000);

afterAll(async () => {
  await ingress?.stop();
  await redis?.stop();
  await rm(folder, { recursive: true });
});

interface Described {
  readonly content?: Record<string, { readonly schema: { readonly $ref?: string } }>;
  readonly headers?: Record<string, unknown>;
}

function described(): Map<string, Described> {
  const all = new Map<string, Described>();
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/web')) continue;
    for (const [method, operation] of Object.entries(
      item as Record<string, { responses: Record<string, Described> }>,
    )) {
      for (const [status, answer] of Object.entries(operation.responses))
        all.set(`${method} ${path} ${status}`, answer);
    }
  }
  return all;
}

/** The event stream's 503 is the answer of an ingress that is stopping; nothing asks for it here. */
const ofStopping = 'get /webchat/{property}/stream 503';

describe('the document of the routes', () => {
  it('has every answer the service gives, and the service gives every answer it has', () => {
    const given = new Set(seen.map(({ operation, status }) => `${operation} ${status}`));
    const told = [...described().keys()].filter((answer) => answer !== ofStopping);
    expect([...given].sort()).toEqual(told.sort());
  });

  it('tells the media type and the headers of each of them', () => {
    const answers = described();
    for (const { operation, status, type, headers } of seen) {
      const answer = answers.get(`${operation} ${status}`);
      expect([operation, status, type]).toEqual([operation, status, Object.keys(answer?.content ?? {})[0]]);
      const named = Object.keys(answer?.headers ?? {});
      expect(named).toContain('X-Correlation-Id');
      for (const name of named) expect([name, headers.get(name)]).toEqual([name, expect.any(String)]);
    }
  });

  it('tells what is in each of them', () => {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema({ $id: 'document', ...document });
    for (const { operation, status, type, body } of seen.filter(({ type }) => type.endsWith('json'))) {
      const reference = described().get(`${operation} ${status}`)?.content?.[type]?.schema.$ref;
      const fits = ajv.validate(`document${reference}`, JSON.parse(body));
      expect([operation, status, fits, ajv.errorsText()]).toEqual([operation, status, true, 'No errors']);
    }
  });
});
