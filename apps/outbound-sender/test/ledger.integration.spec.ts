import { type AuditRecord, type ConversationUpdate, Streams } from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import {
  type FakeChatwoot,
  type FakeWhatsApp,
  type PrivateRedis,
  type RunningProcess,
  startFakeChatwoot,
  startFakeWhatsApp,
  startRedis,
  waitFor,
} from '@switchboard/testing';
import { outboundSender } from '../src/service.js';
import { PropertiesFile } from './properties-file.js';
import { addresses, PARTITIONS, ReplyStream } from './reply-stream.js';
import { startSender } from './sender-process.js';

const LETTERS = `${Streams.outbound}:dead_letter`;
const SETTLE_MS = 1_500;

let redis: PrivateRedis;
let replies: ReplyStream;
let whatsapp: FakeWhatsApp;
let chatwoot: FakeChatwoot;
const files: PropertiesFile[] = [];

beforeAll(async () => {
  redis = await startRedis();
  replies = new ReplyStream(redis.url);
  [whatsapp, chatwoot] = await Promise.all([startFakeWhatsApp(), startFakeChatwoot()]);
});

afterAll(async () => {
  await Promise.all([whatsapp?.close(), chatwoot?.close()]);
  for (const file of files) file.remove();
  replies?.close();
  await redis?.stop();
});

/** Surroundings of a service whose sources have these rules. */
function environment(sending: object, chatwootUrl = chatwoot.url): Record<string, string> {
  const file = new PropertiesFile({ whatsappUrl: whatsapp.url, whatsapp: sending, chatwootUrl, chatwoot: sending });
  files.push(file);
  return {
    ...file.env,
    PROPERTIES_FILE: file.path,
    REDIS_URL: redis.url,
    PARTITIONS: String(PARTITIONS),
    PROVIDER_TIMEOUT_MS: '500',
    MAX_ATTEMPTS: '1',
    LEASE_TTL_MS: '1000',
  };
}

const letterOf = (id: string) =>
  replies.awaitEntry<{ id: string; reason: string }>(LETTERS, (letter) => letter.id === id);
const audited = (id: string, wanted: string) =>
  replies.awaitEntry<AuditRecord>(
    Streams.auditMessages,
    ({ action, messageId }) => action === wanted && messageId === id,
  );
const takenBy = (id: string) => whatsapp.received.filter(({ body }) => body === id).length;
const callsOf = (id: string) => whatsapp.calls.filter(({ message }) => message.body === id).length;

describe('a reply to WhatsApp whose outcome nobody knows', () => {
  let service: RunningService;
  beforeAll(async () => {
    const sending = { pair: [], settleMs: SETTLE_MS };
    service = await openService(
      outboundSender,
      { ...environment(sending), PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' },
      { write: () => undefined },
    );
  });
  afterAll(() => service?.stop());

  it.each([
    ['was taken before the connection broke', () => whatsapp.resetAfterAcceptingNext(1)],
    ['was taken and never answered', () => whatsapp.hangAfterAcceptingNext(1)],
  ])('and which %s, counts as sent when its delivery status comes, and is not sent again', async (name, plan) => {
    const id = `taken-${name.length}`;
    plan();
    await replies.say(id, addresses.whatsapp, `whatsapp:${id}`);
    await waitFor(() => takenBy(id) === 1, { describe: 'the provider has it' });
    await replies.hear(id, 'delivered');
    await audited(id, 'sent');
    await audited(id, 'delivered');
    expect(callsOf(id)).toBe(1);
    whatsapp.recover();
  });

  it('waits with its conversation, not with others, and is given up when no status comes', async () => {
    whatsapp.hangNext(1);
    await replies.say('lost', addresses.whatsapp, 'whatsapp:lost');
    await replies.say('behind', addresses.whatsapp, 'whatsapp:lost');
    await waitFor(() => callsOf('lost') === 1, { describe: 'the call' });
    await replies.say('beside', addresses.whatsapp, 'whatsapp:beside');
    await audited('beside', 'sent');
    expect(takenBy('behind')).toBe(0);
    expect(await letterOf('lost')).toMatchObject({ reason: 'unrecoverable' });
    await audited('behind', 'sent');
    expect(callsOf('lost')).toBe(1);
    whatsapp.recover();
  });

  it('is a dead letter when the status says that it cannot be delivered, and sent again when that may pass', async () => {
    whatsapp.resetAfterAcceptingNext(1);
    await replies.say('hopeless', addresses.whatsapp, 'whatsapp:hopeless');
    await waitFor(() => takenBy('hopeless') === 1, { describe: 'the provider has it' });
    await replies.hear('hopeless', 'failed', 131_026);
    expect(await letterOf('hopeless')).toMatchObject({ reason: 'unrecoverable' });

    whatsapp.resetAfterAcceptingNext(1);
    await replies.say('passing', addresses.whatsapp, 'whatsapp:passing');
    await waitFor(() => takenBy('passing') === 1, { describe: 'the provider has it' });
    await replies.hear('passing', 'failed', 131_016);
    await audited('passing', 'sent');
    expect(callsOf('passing')).toBe(2);
  });

  it('goes only forward on dashboards and in the audit, whatever the order of the notices', async () => {
    await replies.say('steps', addresses.whatsapp, 'whatsapp:steps');
    await audited('steps', 'sent');
    for (const step of ['read', 'sent', 'delivered', 'read', 'delivered'] as const) await replies.hear('steps', step);
    await replies.hear('steps', 'failed', 131_026);
    await audited('steps', 'failed');
    const feed = await replies.entries<ConversationUpdate>('feed:demo');
    const kinds = feed.filter(({ messageId }) => messageId === 'steps').map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual(['delivery.failed', 'delivery.read', 'delivery.sent']);
    const failed = feed.find(({ messageId, kind }) => messageId === 'steps' && kind === 'delivery.failed');
    expect(failed).toMatchObject({ conversationId: 'whatsapp:steps', channel: 'whatsapp' });
    expect(failed?.reason).toContain('131026');
  });

  it('of a message that is not ours changes nothing', async () => {
    await replies.hear('nobody', 'read');
    await replies.say('after-nobody', addresses.whatsapp, 'whatsapp:after');
    await audited('after-nobody', 'sent');
    await replies.hear('after-nobody', 'read');
    await audited('after-nobody', 'read');
    const feed = await replies.entries<ConversationUpdate>('feed:demo');
    expect(feed.filter(({ messageId }) => messageId === 'nobody')).toEqual([]);
  });
});

describe('a source whose rule is to send again', () => {
  let sender: RunningProcess;
  let bot: FakeChatwoot;
  beforeAll(async () => {
    bot = await startFakeChatwoot({ bot: true });
    const sending = { pair: [], settleMs: 300, unknownOutcome: 'send-again' };
    sender = await startSender(environment(sending, bot.url));
  }, 60_000);
  afterAll(async () => {
    await sender?.kill('SIGKILL');
    await bot?.close();
  });

  it('sends a reply again when nobody could find out: to WhatsApp without a status, to Chatwoot as a bot', async () => {
    whatsapp.hangNext(1);
    await replies.say('again', addresses.whatsapp, 'whatsapp:again');
    await audited('again', 'sent');
    expect(callsOf('again')).toBe(2);
    whatsapp.recover();

    bot.resetAfterAcceptingNext(1);
    await replies.say('bot-again', addresses.chatwoot, 'chatwoot:bot');
    await audited('bot-again', 'sent');
    expect(bot.received.filter(({ content }) => content === 'bot-again')).toHaveLength(2);
  });
});

describe('a sender that is killed in the middle of a call', () => {
  const senders: RunningProcess[] = [];
  afterAll(() => Promise.all(senders.map((sender) => sender.kill('SIGKILL'))));

  it('leaves a reply that the next one finds at the provider and does not send again', async () => {
    const env = { ...environment({ pair: [], settleMs: 20_000 }), PROVIDER_TIMEOUT_MS: '5000' };
    senders.push(await startSender(env));
    chatwoot.hangAfterAcceptingNext(1);
    await replies.say('killed', addresses.chatwoot, 'chatwoot:killed');
    await waitFor(() => chatwoot.received.some(({ content }) => content === 'killed'), { describe: 'it was taken' });
    await senders[0]?.kill('SIGKILL');
    senders.push(await startSender(env));
    await audited('killed', 'sent');
    expect(chatwoot.received.filter(({ content }) => content === 'killed')).toHaveLength(1);
  }, 60_000);
});
