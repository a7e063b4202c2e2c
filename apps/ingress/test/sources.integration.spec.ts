import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRecord, type ConversationUpdate, type Envelope, Streams } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis, unixSeconds } from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, SECRET, signed, webhook } from './running-ingress.js';

const pair = generateKeyPairSync('ed25519');
const whpk = `whpk_${pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
const properties = `
properties:
  - id: demo
    sources:
      - { id: demo-chatwoot, kind: chatwoot, secrets: [{ env: T_SECRET }] }
      - { id: bot, kind: chatwoot, secrets: [{ env: T_SECRET }], answerWhen: pending }
      - { id: always, kind: chatwoot, secrets: [{ env: T_SECRET }], answerWhen: always }
      - { id: old, kind: chatwoot, requireSignature: false, urlTokens: [{ env: T_NEW }, { env: T_OLD }] }
      - { id: slow, kind: chatwoot, secrets: [{ env: T_SECRET }], requestsPerSecond: 1 }
      - { id: demo-whatsapp, kind: whatsapp, secrets: [{ env: T_SECRET }], verifyTokens: [{ env: T_NEW }, { env: T_OLD }] }
      - { id: pair, kind: standard, secrets: [{ env: T_KEY }] }
      - { id: demo-webchat, kind: webchat, requestsPerSecond: 1 }
`;

let folder: string;
let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingress-'));
  await writeFile(join(folder, 'properties.yaml'), properties);
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  const secrets = { T_SECRET: SECRET, T_NEW: 'new-token', T_OLD: 'old-token', T_KEY: whpk };
  // Secrets are looked up in the environment the service is given.
  ingress = await RunningIngress.start(redis.url, { PROPERTIES_FILE: join(folder, 'properties.yaml'), ...secrets });
});

afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
  await rm(folder, { recursive: true });
});

afterEach(() => contents.clear());

const message = webhook('chatwoot-message-created');
type Body = Record<string, unknown> & { conversation: Record<string, unknown> };

function chatwoot(source: string, change: (body: Body) => void = () => undefined): Promise<Response> {
  const value = JSON.parse(message) as Body;
  change(value);
  const body = JSON.stringify(value);
  return ingress.postTo(`/webhooks/chatwoot/${source}`, body, signed('chatwoot', body));
}

const assign = (body: Body): void => {
  body.conversation['meta'] = { sender: null, assignee: { id: 3, name: 'Eve' }, assignee_type: 'User' };
};
const inbound = () => contents.entries<Envelope>(Streams.inbound);
const audit = () => contents.entries<AuditRecord>(Streams.auditMessages);

describe('a guest who writes to a person of the staff', () => {
  it.each([
    ['somebody is assigned', 'demo-chatwoot', assign],
    ["an agent bot's conversation is no longer pending", 'bot', () => undefined],
  ])('is shown to the staff and kept from agents: %s', async (_name, source, change) => {
    const answer = await chatwoot(source, change);
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, duplicates: 0 }]);
    expect(await inbound()).toEqual([]);
    expect(await contents.entries<ConversationUpdate>('feed:demo')).toMatchObject([
      { kind: 'guest.message', text: 'Do you have a room with a sea view?', messageId: `chatwoot:${source}:1:77287` },
    ]);
    expect(await audit()).toMatchObject([{ action: 'received', detail: expect.stringContaining('a person') }]);
  });

  it('is shown once, however often the webhook comes', async () => {
    await chatwoot('demo-chatwoot', assign);
    const before = await contents.everything();
    const again = await chatwoot('demo-chatwoot', assign);
    expect(await again.json()).toEqual({ accepted: 0, duplicates: 1 });
    expect(await contents.everything()).toEqual(before);
  });

  it.each([
    [
      'a bot is assigned',
      'demo-chatwoot',
      { status: 'open', meta: { assignee: { id: 1 }, assignee_type: 'AgentBot' } },
    ],
    ["an agent bot's conversation is pending", 'bot', { status: 'pending' }],
    ['the source lets agents answer always', 'always', { meta: { assignee: { id: 3 } } }],
  ])('still reaches agents while %s', async (_name, source, conversation) => {
    await chatwoot(source, (body) => Object.assign(body.conversation, conversation));
    expect(await inbound()).toHaveLength(1);
  });
});

it('a conversation that changes hands is a line of the audit trail and of the dashboards, once', async () => {
  const resolve = () =>
    chatwoot('demo-chatwoot', (body) => {
      const conversation = { ...body.conversation, status: 'resolved' };
      for (const key of Object.keys(body)) delete body[key];
      Object.assign(body, conversation, { event: 'conversation_status_changed' });
    });
  expect(await (await resolve()).json()).toEqual({ accepted: 1, duplicates: 0 });
  expect(await (await resolve()).json()).toEqual({ accepted: 0, duplicates: 1 });
  expect(await audit()).toMatchObject([
    { action: 'conversation.resolved', conversationId: 'chatwoot:demo-chatwoot:1:10', timestamp: expect.any(String) },
  ]);
  expect(await contents.entries<ConversationUpdate>('feed:demo')).toEqual([
    {
      kind: 'conversation.status',
      propertyId: 'demo',
      conversationId: 'chatwoot:demo-chatwoot:1:10',
      channel: 'chatwoot',
      messageId: expect.stringMatching(/^chatwoot:demo-chatwoot:1:10:resolved:/),
      timestamp: expect.any(String),
      status: 'resolved',
      assigned: false,
    },
  ]);
  expect(await inbound()).toEqual([]);
});

it('dashboards are told when a person takes a conversation over, and when it is given back', async () => {
  for (const change of [assign, () => undefined]) {
    await chatwoot('demo-chatwoot', (body) => {
      change(body);
      const conversation = { ...body.conversation, status: 'open' };
      for (const key of Object.keys(body)) delete body[key];
      const changed_attributes = [{ assignee_id: {} }];
      Object.assign(body, conversation, { event: 'conversation_updated', changed_attributes });
    });
  }
  expect(await contents.entries<ConversationUpdate>('feed:demo')).toMatchObject([
    { kind: 'conversation.status', status: 'open', assigned: true },
    { kind: 'conversation.status', status: 'open', assigned: false },
  ]);
});

it('an edited message and a deleted one reach the agent behind the message itself', async () => {
  await chatwoot('demo-chatwoot');
  const update = (content: string, content_attributes: object) =>
    chatwoot('demo-chatwoot', (body) => Object.assign(body, { event: 'message_updated', content, content_attributes }));
  await update('Do you have two rooms?', { is_edited: true });
  await update('Do you have two rooms?', { is_edited: true });
  await update('gone', { deleted: true });
  const texts = (await inbound()).map(({ payload }) => (payload as { text: string }).text);
  expect(texts).toEqual([
    'Do you have a room with a sea view?',
    '[edited a message] Do you have two rooms?',
    '[deleted a message]',
  ]);
});

describe('a Chatwoot that signs nothing', () => {
  const post = (query: string) => ingress.postTo(`/webhooks/chatwoot/old${query}`, message);

  it('is let in by any of the tokens in its address', async () => {
    expect((await post('?token=new-token')).status).toBe(200);
    expect((await post('?token=old-token')).status).toBe(200);
  });

  it.each(['', '?token=', '?token=other', '?token=new-token&token=new-token', '?Token=new-token'])(
    'is refused with the address %j',
    async (query) => {
      const answer = await post(query);
      expect([answer.status, await contents.everything()]).toEqual([401, {}]);
    },
  );
});

it.each(['new-token', 'old-token'])('Meta may check the address with any of the tokens: %s', async (token) => {
  const query = `hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=7`;
  const answer = await fetch(`${ingress.url}/webhooks/whatsapp/demo-whatsapp?${query}`);
  expect([answer.status, await answer.text()]).toEqual([200, '7']);
});

it('a Standard Webhook signed with a key pair is stored, and one signed with another is not', async () => {
  const body = webhook('standard-message-received');
  const post = (key: typeof pair.privateKey) => {
    const timestamp = unixSeconds();
    const signature = sign(null, Buffer.from(`msg_9.${timestamp}.${body}`), key).toString('base64');
    const headers = {
      'webhook-id': 'msg_9',
      'webhook-timestamp': `${timestamp}`,
      'webhook-signature': `v1a,${signature}`,
    };
    return ingress.postTo('/webhooks/standard/pair', body, headers);
  };
  expect((await post(generateKeyPairSync('ed25519').privateKey)).status).toBe(401);
  expect(await inbound()).toEqual([]);
  expect((await post(pair.privateKey)).status).toBe(200);
  expect(await inbound()).toHaveLength(1);
});

describe('a source that sends faster than it may', () => {
  it('is told to wait, stores nothing more, and holds up no other', async () => {
    const send = (id: number) => chatwoot('slow', (body) => Object.assign(body, { id }));
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => send(i + 1)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(30);
    expect(refused.length).toBeGreaterThan(15);
    expect(refused[0]?.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await inbound()).toHaveLength(30 - refused.length);
    expect((await chatwoot('demo-chatwoot')).status).toBe(200);
  });

  it('cannot be slowed down by somebody who only knows its address', async () => {
    await Promise.all(Array.from({ length: 50 }, () => ingress.postTo('/webhooks/chatwoot/demo-chatwoot', message)));
    expect((await chatwoot('demo-chatwoot')).status).toBe(200);
  });

  it('is a web chat too', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => ingress.say('v1', `m${i}`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 429]));
  });
});
