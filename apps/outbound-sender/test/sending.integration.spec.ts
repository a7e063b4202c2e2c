import { type AuditRecord, type ConversationUpdate, Streams, type WebchatLine } from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import {
  type FakeChatwoot,
  type FakeWebhookReceiver,
  type FakeWhatsApp,
  type PrivateRedis,
  startFakeChatwoot,
  startFakeWebhookReceiver,
  startFakeWhatsApp,
  startRedis,
  waitFor,
} from '@switchboard/testing';
import { outboundSender } from '../src/service.js';
import { addresses, PARTITIONS, ReplyStream } from './reply-stream.js';

interface Letter {
  readonly id: string;
  readonly reason: string;
  readonly attempts: number;
}

const PROVIDER_TIMEOUT_MS = 500;
const LETTERS = `${Streams.outbound}:dead_letter`;

let redis: PrivateRedis;
let replies: ReplyStream;
let chatwoot: FakeChatwoot;
let whatsapp: FakeWhatsApp;
let receiver: FakeWebhookReceiver;
let service: RunningService;
let lines = '';

beforeAll(async () => {
  redis = await startRedis();
  replies = new ReplyStream(redis.url);
  const secret = `whsec_${Buffer.from('dev-secret-dev-secret-dev-secret').toString('base64')}`;
  [chatwoot, whatsapp, receiver] = await Promise.all([
    startFakeChatwoot(),
    startFakeWhatsApp(),
    startFakeWebhookReceiver({ secret }),
  ]);
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    REDIS_URL: redis.url,
    PARTITIONS: String(PARTITIONS),
    LOG_LEVEL: 'trace',
  };
  const urls = { DEMO_CHATWOOT_URL: chatwoot.url, DEMO_WHATSAPP_URL: whatsapp.url, DEMO_STANDARD_URL: receiver.url };
  service = await openService(
    outboundSender,
    { ...env, ...urls, PROVIDER_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS), MAX_ATTEMPTS: '3' },
    { write: (line) => (lines += line) },
  );
});

afterAll(async () => {
  await service?.stop();
  await Promise.all([chatwoot?.close(), whatsapp?.close(), receiver?.close()]);
  replies?.close();
  await redis?.stop();
});

const letterOf = (id: string) => replies.awaitEntry<Letter>(LETTERS, (letter) => letter.id === id);
const sentAudit = (id: string) =>
  replies.awaitEntry<AuditRecord>(
    Streams.auditMessages,
    ({ action, messageId }) => action === 'sent' && messageId === id,
  );

describe('a reply', () => {
  it('reaches Chatwoot with its correlation id, and dashboards and audit are told', async () => {
    await replies.say('cw-1', addresses.chatwoot, 'chatwoot:1');
    expect(await sentAudit('cw-1')).toMatchObject({ service: 'outbound-sender', correlationId: 'trace-cw-1' });
    expect(chatwoot.received.filter(({ content }) => content === 'cw-1')).toMatchObject([
      { accountId: 1, conversationId: 10, messageType: 'outgoing', echoId: 'cw-1', correlationId: 'trace-cw-1' },
    ]);
    const feed = await replies.entries<ConversationUpdate>('feed:demo');
    expect(feed.filter(({ messageId }) => messageId === 'cw-1')).toMatchObject([
      { kind: 'delivery.sent', channel: 'chatwoot' },
    ]);
  });

  it('reaches WhatsApp with its correlation id and the message it answers', async () => {
    await replies.say('wa-1', addresses.whatsapp, 'whatsapp:1');
    await sentAudit('wa-1');
    expect(whatsapp.received.filter(({ body }) => body === 'wa-1')).toMatchObject([
      { to: '15551234567', contextMessageId: 'asked-wa-1', callbackData: 'wa-1', correlationId: 'trace-wa-1' },
    ]);
  });

  it('reaches a receiver of Standard Webhooks, signed', async () => {
    await replies.say('st-1', addresses.standard, 'standard:1');
    await sentAudit('st-1');
    expect(receiver.received).toMatchObject([{ id: 'st-1', correlationId: 'trace-st-1' }]);
  });

  it('of the web chat becomes a line that its visitor sees', async () => {
    await replies.say('web-1', addresses.webchat, 'webchat:demo:v1', { text: 'Hello' });
    await sentAudit('web-1');
    expect(await replies.entries<WebchatLine>('webchat:demo:v1')).toMatchObject([
      { id: 'web-1', from: 'bot', text: 'Hello', inReplyTo: ['asked-web-1'] },
    ]);
  });
});

describe('the replies of one conversation', () => {
  it.each([
    ['chatwoot', () => chatwoot.received.map(({ content }) => content)],
    ['whatsapp', () => whatsapp.received.map(({ body }) => body)],
  ] as const)('arrive in order, also when the provider fails now and then: %s', async (kind, received) => {
    const provider = kind === 'chatwoot' ? chatwoot : whatsapp;
    const ids = Array.from({ length: 6 }, (_, i) => `order-${kind}-${i}`);
    provider.failNext(2);
    for (const id of ids) await replies.say(id, addresses[kind], `${kind}:order`);
    await sentAudit(ids[5] as string);
    expect(received().filter((text) => text.startsWith('order-'))).toEqual(ids);
  });

  it('wait for nobody else: a guest whose provider has trouble holds up no other', async () => {
    const before = chatwoot.requests;
    chatwoot.failNext(1, { status: 429, retryAfter: 2 });
    await replies.say('held', addresses.chatwoot, 'chatwoot:held');
    await waitFor(() => chatwoot.requests > before, { describe: 'the provider was asked' });
    await replies.say('free', addresses.whatsapp, 'whatsapp:free');
    await sentAudit('free');
    const audit = await replies.entries<AuditRecord>(Streams.auditMessages);
    expect(audit.some(({ action, messageId }) => action === 'sent' && messageId === 'held')).toBe(false);
    await sentAudit('held');
  });
});

describe('a provider', () => {
  it('that asks to wait gets the reply again after that time, at no cost', async () => {
    chatwoot.failNext(4, { status: 429, retryAfter: 1 });
    const startedAtMs = performance.now();
    await replies.say('patient', addresses.chatwoot, 'chatwoot:patient');
    await sentAudit('patient');
    expect(performance.now() - startedAtMs).toBeGreaterThan(3_900);
    expect(chatwoot.received.filter(({ content }) => content === 'patient')).toHaveLength(1);
  });

  it.each([
    ['Chatwoot', 'chatwoot', { status: 422 }],
    ['WhatsApp, the guest cannot be reached', 'whatsapp', { code: 131026 }],
  ] as const)(
    'that refuses a reply for good is asked once, then it is a dead letter: %s',
    async (_name, kind, fault) => {
      const provider = kind === 'chatwoot' ? chatwoot : whatsapp;
      const id = `refused-${kind}-${'code' in fault ? fault.code : fault.status}`;
      const before = provider.requests;
      provider.failNext(1, fault);
      await replies.say(id, addresses[kind], `${kind}:refused`);
      expect(await letterOf(id)).toMatchObject({ reason: 'unrecoverable' });
      expect(provider.requests).toBe(before + 1);
      const feed = await replies.entries<ConversationUpdate>('feed:demo');
      expect(feed.filter(({ messageId }) => messageId === id)).toMatchObject([{ kind: 'dead.letter', channel: kind }]);
    },
  );

  it('that keeps failing is given up after the last attempt, and the conversation goes on', async () => {
    chatwoot.failNext(3, { status: 500 });
    await replies.say('poison', addresses.chatwoot, 'chatwoot:poison');
    await replies.say('behind', addresses.chatwoot, 'chatwoot:poison');
    expect(await letterOf('poison')).toMatchObject({ reason: 'attempts exhausted' });
    await sentAudit('behind');
    expect(chatwoot.received.some(({ content }) => content === 'poison')).toBe(false);
  });

  it.each([
    ['takes the reply and breaks off', () => chatwoot.resetAfterAcceptingNext(1)],
    ['takes the reply and never answers', () => chatwoot.hangAfterAcceptingNext(1)],
    ['never takes the reply and never answers', () => chatwoot.hangNext(1)],
  ])('that %s is asked what became of it: the guest gets it once', async (name, plan) => {
    const id = `unknown-${name.length}`;
    plan();
    await replies.say(id, addresses.chatwoot, 'chatwoot:unknown');
    await sentAudit(id);
    expect(chatwoot.received.filter(({ content }) => content === id)).toHaveLength(1);
    chatwoot.recover();
  });

  it('whose token is no longer valid gets nothing for a while, and no reply is lost', async () => {
    whatsapp.failNext(1, { code: 190 });
    const before = whatsapp.requests;
    await replies.say('paused-1', { ...addresses.whatsapp, via: '200' }, 'whatsapp:paused-1');
    await waitFor(() => whatsapp.requests > before, { describe: 'the provider was asked' });
    await replies.say('paused-2', { ...addresses.whatsapp, via: '200' }, 'whatsapp:paused-2');
    await replies.say('other-number', { ...addresses.whatsapp, via: '201' }, 'whatsapp:other');
    await sentAudit('other-number');
    expect(whatsapp.requests).toBe(before + 2);
    await waitFor(() => lines.includes('a sender is paused'), { describe: 'a line for the operator' });
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/^sender_breakers_open\{channel="whatsapp".*\} 1$/m);
  });
});

describe('a guest on WhatsApp who has been silent for a day', () => {
  const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

  it('gets no free reply any more: it is a dead letter that says why, and WhatsApp is not asked', async () => {
    const before = whatsapp.requests;
    await replies.guestWrote('whatsapp:silent', hoursAgo(25));
    await replies.say('too-late', addresses.whatsapp, 'whatsapp:silent');
    expect(JSON.stringify(await letterOf('too-late'))).toContain('24 hours');
    await replies.say('too-old', addresses.whatsapp, 'whatsapp:unknown', { timestamp: hoursAgo(25) });
    await letterOf('too-old');
    expect(whatsapp.requests).toBe(before);
  });

  it('gets replies again after writing again', async () => {
    await replies.guestWrote('whatsapp:back', hoursAgo(25));
    await replies.guestWrote('whatsapp:back', hoursAgo(1));
    await replies.guestWrote('whatsapp:back', hoursAgo(30));
    await replies.say('welcome-back', addresses.whatsapp, 'whatsapp:back', { timestamp: hoursAgo(26) });
    await sentAudit('welcome-back');
  });
});

it('a reply to a source that is no longer configured becomes a dead letter', async () => {
  await replies.say('orphan', { ...addresses.chatwoot, source: 'gone' }, 'chatwoot:orphan');
  expect(await letterOf('orphan')).toMatchObject({ reason: 'unrecoverable' });
});

it('no log line holds a text, a phone number or a token', async () => {
  whatsapp.failNext(1, { code: 131026 });
  await replies.say('log-1', { ...addresses.whatsapp, to: '4915112345678' }, 'whatsapp:canary', {
    text: 'text-canary',
  });
  await letterOf('log-1');
  await replies.say('log-2', { ...addresses.whatsapp, to: '4915112345678' }, 'whatsapp:canary', {
    text: 'text-canary',
  });
  await sentAudit('log-2');
  expect(lines).toContain('listening');
  for (const canary of ['text-canary', '4915112345678', 'dev-token', 'dev-secret']) expect(lines).not.toContain(canary);
});
