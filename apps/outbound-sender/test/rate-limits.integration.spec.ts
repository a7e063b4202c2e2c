import { type AuditRecord, Streams } from '@switchboard/message-schema';
import {
  type FakeChatwoot,
  type FakeWhatsApp,
  mostInAnyWindow,
  type PrivateRedis,
  type RunningProcess,
  startFakeChatwoot,
  startFakeWhatsApp,
  startRedis,
  waitFor,
} from '@switchboard/testing';
import { PropertiesFile } from './properties-file.js';
import { addresses, PARTITIONS, ReplyStream } from './reply-stream.js';
import { startSender } from './sender-process.js';

const LETTERS = `${Streams.outbound}:dead_letter`;
const LONG_MS = 90_000;
const NUMBERS = ['100', '200'];
const GUESTS = 24;
const REPLIES_PER_GUEST = 5;
const limits = { sender: [{ calls: 20, windowMs: 1_000 }], pair: [{ calls: 1, windowMs: 700 }] };

let redis: PrivateRedis;
let replies: ReplyStream;
let whatsapp: FakeWhatsApp;
let chatwoot: FakeChatwoot;
let file: PropertiesFile;
const senders: RunningProcess[] = [];

beforeAll(async () => {
  redis = await startRedis();
  replies = new ReplyStream(redis.url);
  [whatsapp, chatwoot] = await Promise.all([startFakeWhatsApp(), startFakeChatwoot()]);
  file = new PropertiesFile({
    whatsappUrl: whatsapp.url,
    whatsapp: { ...limits, senders: [{ id: '999', limits: [] }] },
    chatwootUrl: chatwoot.url,
    chatwoot: {},
  });
  const env = {
    ...file.env,
    PROPERTIES_FILE: file.path,
    REDIS_URL: redis.url,
    PARTITIONS: String(PARTITIONS),
    // Whatever cost an attempt would be a dead letter.
    MAX_ATTEMPTS: '1',
    // Whatever held a slot while it waits would stop all others.
    CONCURRENCY: '4',
    LEASE_TTL_MS: '1500',
  };
  senders.push(...(await Promise.all([startSender(env), startSender(env), startSender(env)])));
}, LONG_MS);

afterAll(async () => {
  await Promise.all(senders.map((sender) => sender.kill('SIGKILL')));
  await Promise.all([whatsapp?.close(), chatwoot?.close()]);
  file?.remove();
  replies?.close();
  await redis?.stop();
});

const sentIds = async (): Promise<Set<string>> => {
  const audit = await replies.entries<AuditRecord>(Streams.auditMessages);
  return new Set(audit.filter(({ action }) => action === 'sent').map(({ messageId }) => messageId));
};
const everySent = (ids: readonly string[]): Promise<unknown> =>
  waitFor(
    async () => {
      const sent = await sentIds();
      return ids.every((id) => sent.has(id));
    },
    { describe: 'all replies were sent', timeoutMs: 60_000, everyMs: 100 },
  );

/** Groups the calls that reached the provider. */
function timesBy(key: (call: { phoneNumberId: string; to: string }) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const { message, atMs } of whatsapp.calls) {
    groups.set(key(message), [...(groups.get(key(message)) ?? []), atMs]);
  }
  return [...groups.values()];
}

function expectWithinLimits(): void {
  const [number] = limits.sender;
  const [pair] = limits.pair;
  for (const times of timesBy(({ phoneNumberId }) => phoneNumberId)) {
    expect(mostInAnyWindow(times, number?.windowMs ?? 0)).toBeLessThanOrEqual(number?.calls ?? 0);
  }
  for (const times of timesBy(({ phoneNumberId, to }) => `${phoneNumberId}:${to}`)) {
    expect(mostInAnyWindow(times, pair?.windowMs ?? 0)).toBeLessThanOrEqual(pair?.calls ?? 0);
  }
}

describe('three senders', () => {
  const idsOf = (via: string, guest: number) =>
    Array.from({ length: REPLIES_PER_GUEST }, (_, n) => `${via}-${guest}-${n}`);

  it(
    'never exceed a limit in any window, lose nothing and keep the order of every conversation',
    async () => {
      const all: string[] = [];
      for (const via of NUMBERS) {
        for (let guest = 0; guest < GUESTS; guest += 1) {
          const replyTo = { ...addresses.whatsapp, via, to: String(15_550_000_000 + guest) };
          for (const id of idsOf(via, guest)) {
            await replies.say(id, replyTo, `whatsapp:${via}:${guest}`);
            all.push(id);
          }
        }
      }
      // Chatwoot is another sender: it does not wait for numbers that are busy for seconds.
      await replies.say('cw-free', addresses.chatwoot, 'chatwoot:free');
      await everySent(['cw-free']);
      expect((await sentIds()).size).toBeLessThan(all.length);

      await everySent(all);
      expectWithinLimits();
      expect(whatsapp.calls).toHaveLength(all.length);
      for (const via of NUMBERS) {
        for (let guest = 0; guest < GUESTS; guest += 1) {
          const ids = idsOf(via, guest);
          expect(whatsapp.received.map(({ body }) => body).filter((body) => ids.includes(body))).toEqual(ids);
        }
      }
      expect(await replies.entries(LETTERS)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'keep to the limits also when one of them is killed, and its waiting replies go out',
    async () => {
      const ids: string[] = [];
      for (let guest = 0; guest < GUESTS; guest += 1) {
        const replyTo = { ...addresses.whatsapp, via: '100', to: String(15_550_000_000 + guest) };
        for (let n = 0; n < 3; n += 1) {
          const id = `killed-${guest}-${n}`;
          await replies.say(id, replyTo, `whatsapp:100:${guest}`);
          ids.push(id);
        }
      }
      await waitFor(async () => [...(await sentIds())].filter((id) => id.startsWith('killed-')).length > 10, {
        describe: 'the sending has begun',
      });
      await senders[0]?.kill('SIGKILL');
      // A call that the kill cut is of unknown outcome; Meta says what became of it.
      const taken = () => whatsapp.received.filter(({ body }) => body.startsWith('killed-'));
      await waitFor(
        async () => {
          const sent = await sentIds();
          for (const { body } of taken()) if (!sent.has(body)) await replies.hear(body, 'delivered');
          return ids.every((id) => sent.has(id));
        },
        { describe: 'all replies were sent', timeoutMs: 60_000, everyMs: 500 },
      );
      expectWithinLimits();
      expect(new Set(taken().map(({ body }) => body)).size).toBe(taken().length);
      expect(await replies.entries(LETTERS)).toEqual([]);
    },
    LONG_MS,
  );
});

describe('a provider that is asked too fast', () => {
  it.each([
    ['the number', 130_429],
    ['the guest', 131_056],
    ['the account', 80_007],
  ])(
    'says so of %s and gets the reply later, which costs no attempt',
    async (_name, code) => {
      const id = `slow-${code}`;
      whatsapp.failNext(2, { code });
      await replies.say(id, { ...addresses.whatsapp, via: '999', to: '15559990000' }, 'whatsapp:slow');
      await everySent([id]);
      expect(whatsapp.calls.filter(({ message }) => message.body === id)).toHaveLength(3);
      expect(await replies.entries(LETTERS)).toEqual([]);
    },
    LONG_MS,
  );
});
