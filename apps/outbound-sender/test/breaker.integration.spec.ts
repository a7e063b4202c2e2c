import { type AuditRecord, Streams } from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import {
  type FakeChatwoot,
  type FakeWhatsApp,
  type PrivateRedis,
  startFakeChatwoot,
  startFakeWhatsApp,
  startRedis,
  waitFor,
} from '@switchboard/testing';
import { outboundSender } from '../src/service.js';
import { addresses, PARTITIONS, ReplyStream } from './reply-stream.js';

const CONVERSATIONS = 12;
let redis: PrivateRedis;
let replies: ReplyStream;
let whatsapp: FakeWhatsApp;
let chatwoot: FakeChatwoot;
let service: RunningService;
let lines = '';

beforeAll(async () => {
  redis = await startRedis();
  replies = new ReplyStream(redis.url);
  [whatsapp, chatwoot] = await Promise.all([startFakeWhatsApp(), startFakeChatwoot()]);
  const env = { PORT: '0', HOST: '127.0.0.1', REDIS_URL: redis.url, PARTITIONS: String(PARTITIONS) };
  const urls = { DEMO_CHATWOOT_URL: chatwoot.url, DEMO_WHATSAPP_URL: whatsapp.url };
  service = await openService(
    outboundSender,
    { ...env, ...urls, MAX_ATTEMPTS: '2' },
    { write: (line) => (lines += line) },
  );
});

afterAll(async () => {
  await service?.stop();
  await Promise.all([whatsapp?.close(), chatwoot?.close()]);
  replies?.close();
  await redis?.stop();
});

const sent = async (): Promise<string[]> =>
  (await replies.entries<AuditRecord>(Streams.auditMessages))
    .filter(({ action }) => action === 'sent')
    .map(({ messageId }) => messageId);

it('a provider that fails for a while is asked now and then only, and no reply is lost though each may fail twice', async () => {
  whatsapp.failNext(1_000, { status: 500 });
  const ids = Array.from({ length: CONVERSATIONS }, (_, n) => `outage-${n}`);
  for (const id of ids) await replies.say(id, addresses.whatsapp, `whatsapp:${id}`);
  await waitFor(() => lines.includes('a sender waits'), { describe: 'the breaker opens' });

  await replies.say('elsewhere', addresses.chatwoot, 'chatwoot:elsewhere');
  await waitFor(async () => (await sent()).includes('elsewhere'), { describe: 'another sender sends' });
  // Trials come after 1 s and after 2 s more: without the breaker all would have failed for good by then.
  const openings = (): number => lines.split('a sender waits').length - 1;
  await waitFor(() => openings() >= 3, { describe: 'two trials that failed', timeoutMs: 20_000 });
  expect(whatsapp.requests).toBeLessThanOrEqual(CONVERSATIONS + 4);

  whatsapp.recover();
  await waitFor(async () => (await sent()).length === CONVERSATIONS + 1, {
    describe: 'every reply was sent',
    timeoutMs: 25_000,
  });
  expect(await replies.entries(`${Streams.outbound}:dead_letter`)).toEqual([]);
  expect(new Set(whatsapp.received.map(({ body }) => body)).size).toBe(CONVERSATIONS);
  const text = await (await fetch(`${service.url}/metrics`)).text();
  expect(text).toMatch(/^sender_breakers_open\{channel="whatsapp".*\} 0$/m);
  expect(text).toMatch(/^rate_limit_waits_total\{channel="whatsapp".*\} [1-9]/m);
}, 60_000);
