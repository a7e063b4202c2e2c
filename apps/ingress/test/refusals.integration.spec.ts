import { connect } from 'node:net';
import { type PrivateRedis, signChatwoot, signStandard, startRedis, unixSeconds } from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, SECRET, signed, STANDARD_SECRET, webhook } from './running-ingress.js';

interface Problem {
  readonly status: number;
  readonly detail?: string;
  readonly violations?: readonly { field: string }[];
}

let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;
let before: Record<string, string | null>;

beforeAll(async () => {
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  ingress = await RunningIngress.start(redis.url, { BODY_LIMIT_BYTES: '65536' });
  expect((await ingress.say('v1', 'm1')).status).toBe(202);
  before = await contents.everything();
});

afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
});

/** The problem of a refusal, after making sure that it is one, tells nothing it should not, and changed nothing. */
async function refusal(answer: Response): Promise<Problem> {
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  for (const secret of [SECRET, STANDARD_SECRET, 'canary', 'sea view', '77287', 'node_modules', ' at ']) {
    expect(text).not.toContain(secret);
  }
  const problem = JSON.parse(text) as Problem;
  expect(problem.status).toBe(answer.status);
  expect(await contents.everything()).toEqual(before);
  return problem;
}

const chatwoot = webhook('chatwoot-message-created');
const change = (fields: object): string => JSON.stringify({ ...(JSON.parse(chatwoot) as object), ...fields });

describe('a signature', () => {
  it.each(['chatwoot', 'whatsapp', 'standard'] as const)('that is missing is refused: %s', async (kind) => {
    expect(await refusal(await ingress.post(kind, webhook('whatsapp-text'), {}))).toMatchObject({ status: 401 });
  });

  it.each(['chatwoot', 'whatsapp', 'standard'] as const)('of another body is refused: %s', async (kind) => {
    const body = webhook('whatsapp-text');
    expect(await refusal(await ingress.post(kind, `${body} `, signed(kind, body)))).toMatchObject({ status: 401 });
  });

  it.each([
    ['Chatwoot', 'chatwoot', signChatwoot(chatwoot, SECRET, unixSeconds() - 3_600)],
    ['Standard Webhooks', 'standard', signStandard('msg_1', unixSeconds() - 3_600, chatwoot, STANDARD_SECRET)],
    ['another secret', 'chatwoot', signChatwoot(chatwoot, 'canary-secret')],
    ['garbage', 'whatsapp', { 'x-hub-signature-256': 'sha256=canary' }],
  ] as const)('that is old or wrong is refused: %s', async (_name, kind, headers) => {
    expect(await refusal(await ingress.post(kind, chatwoot, headers))).toMatchObject({ status: 401 });
  });
});

describe('a body', () => {
  it.each([
    ['cut off', chatwoot.slice(0, 500)],
    ['empty', ''],
    ['with a poisoned prototype', change({}).replace('{', '{"__proto__": {"canary": 1},')],
  ])('that is no proper JSON is refused: %s', async (_name, body) => {
    expect(await refusal(await ingress.post('chatwoot', body))).toMatchObject({ status: 400 });
  });

  it('that is not UTF-8 is refused', async () => {
    const body = Buffer.concat([Buffer.from('{"event":"canary'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const answer = await ingress.postTo('/webhooks/chatwoot/demo-chatwoot', body, signChatwoot(body, SECRET));
    expect(await refusal(answer)).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
  });

  it.each([
    ['no id', change({ id: null }), ['id']],
    ['a text for an id', change({ id: 'canary' }), ['id']],
    ['no conversation', change({ conversation: 7 }), ['conversation', 'conversation.id']],
    ['no event', change({ event: 1 }), ['event']],
    ['a list', '[]', ['(body)']],
    ['nothing', 'null', ['(body)']],
    ['more attachments than a message has', change({ attachments: Array(101).fill({ id: 1 }) }), ['attachments']],
  ])('that does not fit is refused with the fields named: %s', async (_name, body, fields) => {
    const problem = await refusal(await ingress.post('chatwoot', body));
    expect(problem.status).toBe(400);
    const named = problem.violations?.map(({ field }) => field) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(fields).toEqual(expect.arrayContaining(named));
  });

  it('with one message that does not fit stores none of the others', async () => {
    const batch = JSON.parse(webhook('whatsapp-batch')) as {
      entry: { changes: { value: { messages: object[] } }[] }[];
    };
    const last = batch.entry[1]?.changes[0]?.value.messages[0] as Record<string, unknown>;
    last['timestamp'] = 'canary';
    const problem = await refusal(await ingress.post('whatsapp', JSON.stringify(batch)));
    expect(problem.violations?.map(({ field }) => field)).toEqual(['entry.1.changes.0.value.messages.0.timestamp']);
  });

  it('of another content type is refused, also where browsers may send it without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml']) {
      const headers = { ...signed('chatwoot', chatwoot), 'content-type': type };
      expect(await refusal(await ingress.post('chatwoot', chatwoot, headers))).toMatchObject({ status: 415 });
    }
  });

  it('that is compressed is refused', async () => {
    const headers = { ...signed('chatwoot', chatwoot), 'content-encoding': 'gzip' };
    expect(await refusal(await ingress.post('chatwoot', chatwoot, headers))).toMatchObject({ status: 415 });
  });

  it('that is too large is refused', async () => {
    const body = change({ content: 'canary '.repeat(20_000) });
    expect(await refusal(await ingress.post('chatwoot', body))).toMatchObject({ status: 413 });
  });
});

describe('an address', () => {
  it.each([
    ['an unknown source', '/webhooks/chatwoot/canary'],
    ['a source of another kind', '/webhooks/chatwoot/demo-whatsapp'],
    ['an unknown property', '/webchat/canary/messages'],
    ['an unknown route', '/webhooks/canary/demo'],
  ])('that does not exist is not found: %s', async (_name, path) => {
    const answer = await ingress.postTo(path, chatwoot, signed('chatwoot', chatwoot));
    expect(await refusal(answer)).toMatchObject({ status: 404 });
  });

  it.each([
    ['a stream of an unknown property', '/webchat/canary/stream?visitorId=v1', 404],
    ['a stream without a visitor', '/webchat/demo/stream', 400],
    ['a stream with a bad visitor', '/webchat/demo/stream?visitorId={p1}', 400],
    ['a stream with two visitors', '/webchat/demo/stream?visitorId=v1&visitorId=v2', 400],
    ['a broken escape', '/webchat/%zz/stream', 400],
  ])('with a fault is refused: %s', async (_name, path, status) => {
    expect(await refusal(await fetch(`${ingress.url}${path}`))).toMatchObject({ status });
  });
});

describe('a web chat message', () => {
  it.each([
    ['visitorId', { visitorId: 'v:1', messageId: 'm', text: 'canary' }],
    ['messageId', { visitorId: 'v1', text: 'canary' }],
    ['text', { visitorId: 'v1', messageId: 'm', text: '  ' }],
    ['text', { visitorId: 'v1', messageId: 'm', text: 'x'.repeat(4_001) }],
  ])('that does not fit is refused with the field named: %s', async (field, body) => {
    const problem = await refusal(await ingress.postTo('/webchat/demo/messages', JSON.stringify(body)));
    expect([problem.status, ...new Set(problem.violations?.map((violation) => violation.field))]).toEqual([400, field]);
  });
});

it('a request that is no HTTP ends without harm', async () => {
  const { hostname, port } = new URL(ingress.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write('canary\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1.1 400/);
  expect((await ingress.say('v1', 'm1')).status).toBe(202);
});
