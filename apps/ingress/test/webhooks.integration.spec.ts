import { type Envelope, type GuestMessage, Streams } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, signed, webhook } from './running-ingress.js';

type Stored = Envelope<GuestMessage>;

let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;

beforeAll(async () => {
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  ingress = await RunningIngress.start(redis.url);
});

afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
});

afterEach(() => contents.clear());

describe('a signed webhook', () => {
  it.each([
    ['chatwoot', 'chatwoot-message-created', 'chatwoot:demo-chatwoot:1:77287'],
    ['whatsapp', 'whatsapp-text', undefined],
    ['standard', 'standard-message-received', 'standard:demo-standard:msg_1'],
  ] as const)('of %s is stored once, with its lines for dashboards and audit', async (kind, name, id) => {
    const body = webhook(name);
    const first = await ingress.post(kind, body);
    expect([first.status, await first.json()]).toEqual([200, { accepted: 1, duplicates: 0 }]);

    const [message, ...others] = await contents.entries<Stored>(Streams.inbound);
    expect(others).toEqual([]);
    if (id) expect(message?.message_id).toBe(id);
    expect(message).toMatchObject({
      message_type: 'guest.message',
      property_id: 'demo',
      payload: { text: 'Do you have a room with a sea view?', replyTo: { channel: kind, source: `demo-${kind}` } },
    });
    const about = { messageId: message?.message_id, conversationId: message?.conversation_id, propertyId: 'demo' };
    expect(await contents.entries('feed:demo')).toEqual([
      expect.objectContaining({ ...about, kind: 'guest.message', from: 'guest', text: message?.payload.text }),
    ]);
    expect(await contents.entries(Streams.auditMessages)).toEqual([
      expect.objectContaining({
        ...about,
        service: 'ingress',
        action: 'received',
        correlationId: message?.correlation_id,
      }),
    ]);
  });

  it.each([
    ['chatwoot', 'chatwoot-message-created', 1],
    ['whatsapp', 'whatsapp-batch', 4],
    ['standard', 'standard-message-received', 1],
  ] as const)('of %s that comes again is a duplicate and stores nothing more', async (kind, name, count) => {
    const body = webhook(name);
    await ingress.post(kind, body);
    const before = await contents.everything();
    const again = await ingress.post(kind, body);
    expect([again.status, await again.json()]).toEqual([200, { accepted: 0, duplicates: count }]);
    expect(await contents.everything()).toEqual(before);
  });

  it('whose text holds a NUL character is stored with another in its place', async () => {
    const body = webhook('whatsapp-text').replace('Do you have', 'Do\\u0000you have');
    expect((await ingress.post('whatsapp', body)).status).toBe(200);
    const [message] = await contents.entries<Stored>(Streams.inbound);
    expect(message?.payload.text).toBe('Do\ufffdyou have a room with a sea view?');
  });

  it('delivered a thousand times at once is one entry', async () => {
    const body = webhook('chatwoot-message-created');
    const headers = signed('chatwoot', body);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const answer = await ingress.post('chatwoot', body, headers);
        return { status: answer.status, ...((await answer.json()) as { accepted: number; duplicates: number }) };
      }),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(await contents.entries(Streams.inbound)).toHaveLength(1);
    expect(await contents.entries('feed:demo')).toHaveLength(1);
    expect(await contents.entries(Streams.auditMessages)).toHaveLength(1);
  });

  it('carries its correlation id into the stored message and back to the sender', async () => {
    const body = webhook('chatwoot-message-created');
    const answer = await ingress.post('chatwoot', body, { ...signed('chatwoot', body), 'x-correlation-id': 'trace-7' });
    expect(answer.headers.get('x-correlation-id')).toBe('trace-7');
    expect(await contents.entries<Stored>(Streams.inbound)).toMatchObject([{ correlation_id: 'trace-7' }]);
  });

  it('that holds nothing for an agent is accepted and stores nothing', async () => {
    const body = JSON.stringify({ event: 'conversation_resolved', id: 1 });
    const answer = await ingress.post('chatwoot', body);
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 0, duplicates: 0 }]);
    expect(await contents.everything()).toEqual({});
  });

  it('is judged by its bytes, so that unusual white space and escapes do not matter', async () => {
    const value = JSON.parse(webhook('chatwoot-message-created')) as object;
    const body = JSON.stringify({ ...value, content: 'caf\u00e9 \u{1F600}' }, null, 7).replace('café', 'caf\\u00e9');
    expect((await ingress.post('chatwoot', body)).status).toBe(200);
    expect(await contents.entries<Stored>(Streams.inbound)).toMatchObject([{ payload: { text: 'café 😀' } }]);
  });
});

describe('a WhatsApp webhook with several messages', () => {
  it('stores all of them, each conversation in the order of the webhook', async () => {
    const answer = await ingress.post('whatsapp', webhook('whatsapp-batch'));
    expect(await answer.json()).toEqual({ accepted: 4, duplicates: 0 });
    const stored = await contents.entries<Stored>(Streams.inbound);
    const byConversation = new Map<string, string[]>();
    for (const { conversation_id, payload } of stored) {
      byConversation.set(conversation_id, [...(byConversation.get(conversation_id) ?? []), payload.providerMessageId]);
    }
    expect([...byConversation.values()].sort()).toEqual([['wamid.A1', 'wamid.A2'], ['wamid.A3'], ['wamid.B1']]);
  });
});

describe("Meta's check of a webhook address", () => {
  const check = (query: string, source = 'demo-whatsapp') =>
    fetch(`${ingress.url}/webhooks/whatsapp/${source}?${query}`);

  it('gets the challenge back as plain text', async () => {
    const answer = await check('hub.mode=subscribe&hub.verify_token=dev-verify&hub.challenge=1158201444');
    expect([answer.status, await answer.text()]).toEqual([200, '1158201444']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it.each([
    ['with a wrong token', 'hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1'],
    ['with no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['with two tokens', 'hub.mode=subscribe&hub.verify_token=dev-verify&hub.verify_token=dev-verify&hub.challenge=1'],
    ['with another mode', 'hub.mode=unsubscribe&hub.verify_token=dev-verify&hub.challenge=1'],
  ])('is refused %s', async (_name, query) => {
    const answer = await check(query);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      403,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('of an unknown source is not found', async () => {
    expect((await check('hub.mode=subscribe&hub.verify_token=dev-verify&hub.challenge=1', 'nobody')).status).toBe(404);
  });
});
