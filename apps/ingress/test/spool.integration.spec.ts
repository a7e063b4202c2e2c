import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@switchboard/delivery';
import { type Envelope, type GuestMessage, Streams } from '@switchboard/message-schema';
import { askRedis, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { IngressProcess, type IngressProcessOptions } from './ingress-process.js';
import { RedisContents } from './redis-contents.js';
import { webhook } from './running-ingress.js';

type Stored = Envelope<GuestMessage>;

let redis: PrivateRedis;
let contents: RedisContents;
let folder: string;
let ingress: IngressProcess | undefined;

beforeEach(async () => {
  redis = await startRedis({ appendonly: 'always' });
  contents = new RedisContents(redis.url);
  folder = await mkdtemp(join(tmpdir(), 'ingress-spool-'));
});

afterEach(async () => {
  await ingress?.kill();
  ingress = undefined;
  contents?.close();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<IngressProcessOptions> = {}): Promise<IngressProcess> {
  ingress = await IngressProcess.start({ redisUrl: redis.url, spoolDir: folder, ...options });
  return ingress;
}

const drained = (of: IngressProcess): Promise<unknown> =>
  waitFor(
    async () => {
      const { redis: store, messages } = await of.readiness();
      return store === 'up' && messages === 0;
    },
    { describe: 'the spool is drained', timeoutMs: 25_000 },
  );

/** What a conversation's stream entries are called, in their order. */
async function idsOf(visitor: string): Promise<string[]> {
  const stored = await contents.entries<Stored>(Streams.inbound);
  return stored
    .filter(({ conversation_id }) => conversation_id === `webchat:demo:${visitor}`)
    .map(({ payload }) => payload.providerMessageId);
}

/** Statuses travel on their own; without them the request is one unit. */
function withoutStatuses(body: string): string {
  return JSON.stringify(JSON.parse(body), (key, value: unknown) => (key === 'statuses' ? undefined : value));
}

const sequence = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `m${from + i}`);

it('without Redis webhooks of every kind are taken, and arrive once, in order and with all that belongs to them', async () => {
  const running = await start();
  expect((await running.say('v1', 'm0')).status).toBe(202);
  await redis.kill();
  const answers = [
    await running.post('chatwoot', webhook('chatwoot-message-created')),
    await running.post('whatsapp', withoutStatuses(webhook('whatsapp-batch'))),
    await running.post('standard', webhook('standard-message-received')),
    await running.post('standard', webhook('standard-message-received')),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await answers[3]?.json()).toEqual({ accepted: 0, duplicates: 1 });
  for (const id of sequence(5, 1)) expect((await running.say('v1', id)).status).toBe(202);
  const waiting = 11;
  expect(await running.readiness()).toMatchObject({ ready: true, redis: 'away', messages: waiting });
  await waitFor(async () => (await running.metric('spool_messages')) === waiting, { describe: 'the gauge follows' });
  expect(await running.metric('spool_open')).toBe(1);

  await redis.restart();
  await drained(running);
  expect(await idsOf('v1')).toEqual(sequence(6));
  const stored = await contents.entries<Stored>(Streams.inbound);
  expect(stored).toHaveLength(12);
  const batch = stored.filter(({ payload }) => payload.replyTo.channel === 'whatsapp');
  expect(batch.map(({ payload }) => payload.providerMessageId).filter((id) => /A[12]/.test(id))).toEqual([
    'wamid.A1',
    'wamid.A2',
  ]);
  expect(await contents.entries('feed:demo')).toHaveLength(12);
  expect(await contents.entries(Streams.auditMessages)).toHaveLength(12);
  expect(await contents.entries('webchat:demo:v1')).toEqual(sequence(6).map((id) => expect.objectContaining({ id })));
  expect(await running.metric('spool_drained_total')).toBe(waiting);
  const again = await running.post('chatwoot', webhook('chatwoot-message-created'));
  expect(await again.json()).toEqual({ accepted: 0, duplicates: 1 });
}, 60_000);

it('killed with messages in the spool, again and again while it drains, it loses and doubles none', async () => {
  await redis.kill();
  let running = await start();
  const visitors = ['a', 'b', 'c', 'd'];
  for (let n = 0; n < 150; n += 1) {
    const answers = await Promise.all(visitors.map((visitor) => running.say(visitor, `m${n}`)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  }
  await running.kill();
  await redis.restart();
  for (const atMs of [0, 15, 40]) {
    running = await start();
    await waitFor(async () => (await contents.entries(Streams.inbound)).length > atMs, { describe: 'it drains' });
    await running.kill();
  }
  running = await start();
  await drained(running);
  for (const visitor of visitors) expect(await idsOf(visitor)).toEqual(sequence(150));
  expect(await contents.entries('feed:demo')).toHaveLength(600);
}, 120_000);

it('what was stored in Redis but not yet removed from the spool is recognised', async () => {
  await redis.kill();
  let running = await start();
  for (const id of sequence(20)) await running.say('v1', id);
  await running.kill();
  const copy = `${folder}-copy`;
  await cp(folder, copy, { recursive: true });
  await redis.restart();
  running = await start();
  await drained(running);
  await running.kill();
  // As a crash between the two leaves it.
  await rm(folder, { recursive: true });
  await cp(copy, folder, { recursive: true });
  await rm(copy, { recursive: true });
  running = await start();
  await waitFor(async () => (await running.metric('spool_drained_total')) === 20, { describe: 'drained again' });
  expect(await idsOf('v1')).toEqual(sequence(20));
  expect(await contents.entries('feed:demo')).toHaveLength(20);
}, 60_000);

it('while the memory of Redis is full messages are taken, and it gets them when there is room', async () => {
  const running = await start();
  await running.say('v1', 'm0');
  await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
  for (const id of sequence(10, 1)) expect((await running.say('v1', id)).status).toBe(202);
  expect((await running.readiness()).messages).toBe(10);
  await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
  await drained(running);
  expect(await idsOf('v1')).toEqual(sequence(11));
}, 60_000);

it('a message that Redis will never take is put aside and holds up no other', async () => {
  const running = await start();
  const partition = (visitor: string): number => partitionOf(`webchat:demo:${visitor}`, 4);
  const good = ['a', 'b', 'c', 'd', 'e'].find((visitor) => partition(visitor) !== partition('bad')) as string;
  await askRedis(redis, ['SET', `sb:${Streams.inbound}:{p${partition('bad')}}`, 'no stream']);
  await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
  for (const visitor of ['bad', good]) expect((await running.say(visitor, 'm0')).status).toBe(202);
  await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
  await drained(running);
  expect(await running.metric('spool_refused_total')).toBe(1);
  await askRedis(redis, ['DEL', `sb:${Streams.inbound}:{p${partition('bad')}}`]);
  expect([await idsOf('bad'), await idsOf(good)]).toEqual([[], ['m0']]);
}, 60_000);

it('a second process does not start on the same spool, and says why', async () => {
  await start();
  const second = IngressProcess.start({ redisUrl: redis.url, spoolDir: folder });
  await expect(second).rejects.toThrow(/ingress did not start: The spool in .* is in use by another process/);
}, 60_000);

it('a full spool refuses a request as a whole and is not ready, until Redis is back', async () => {
  const running = await start({ env: { SPOOL_MAX_MESSAGES: '3' } });
  await redis.kill();
  expect((await running.say('v1', 'm0')).status).toBe(202);
  const refused = await running.post('whatsapp', withoutStatuses(webhook('whatsapp-batch')));
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await running.readiness()).toMatchObject({ ready: true, messages: 1 });
  for (const id of sequence(2, 1)) expect((await running.say('v1', id)).status).toBe(202);
  expect((await running.say('v1', 'm3')).status).toBe(503);
  expect((await running.readiness()).ready).toBe(false);
  await redis.restart();
  await waitFor(async () => (await running.say('v1', 'm3')).status === 202, { describe: 'taken', timeoutMs: 20_000 });
  await drained(running);
  expect(await idsOf('v1')).toEqual(sequence(4));
  expect(await contents.entries(Streams.inbound)).toHaveLength(4);
}, 60_000);

it('a disk that is full refuses what it cannot hold and keeps what it holds', async () => {
  const running = await start({ maxFileKiB: 400 });
  await redis.kill();
  const taken: string[] = [];
  let refusals = 0;
  for (let n = 0; refusals < 5; n += 1) {
    const answer = await running.say('v1', `m${n}`);
    expect([202, 503]).toContain(answer.status);
    if (answer.status === 202) taken.push(`m${n}`);
    else refusals += 1;
  }
  expect(taken.length).toBeGreaterThan(10);
  await redis.restart();
  await drained(running);
  expect(await idsOf('v1')).toEqual(taken);
}, 120_000);

it('a folder that cannot be written refuses messages only while Redis is away', async () => {
  const running = await start({ spoolDir: '/dev/null/spool' });
  expect((await running.say('v1', 'm0')).status).toBe(202);
  await redis.kill();
  const refused = await running.say('v1', 'm1');
  expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
  expect((await running.readiness()).ready).toBe(false);
  await redis.restart();
  await waitFor(async () => (await running.say('v1', 'm1')).status === 202, { describe: 'taken', timeoutMs: 20_000 });
  expect(await idsOf('v1')).toEqual(['m0', 'm1']);
}, 60_000);

it('five hundred requests at once during the outage are all taken, and all arrive', async () => {
  const running = await start();
  await redis.kill();
  await running.say('first', 'm0');
  const statuses = await Promise.all(
    Array.from({ length: 500 }, async (_, n) => (await running.say(`v${n % 50}`, `m${n}`)).status),
  );
  expect(statuses.filter((status) => status !== 202)).toEqual([]);
  await redis.restart();
  await drained(running);
  const stored = await contents.entries<Stored>(Streams.inbound);
  expect(new Set(stored.map(({ message_id }) => message_id)).size).toBe(501);
  expect(stored).toHaveLength(501);
}, 60_000);

it('stopped in order during the outage it leaves one tidy file, which the next start drains', async () => {
  const running = await start();
  await redis.kill();
  for (const id of sequence(5)) await running.say('v1', id);
  await running.stop();
  expect(await readdir(folder)).toEqual(['spool.db']);
  await redis.restart();
  await drained(await start());
  expect(await idsOf('v1')).toEqual(sequence(5));
}, 60_000);

it('Redis that comes and goes under load costs no accepted message and no order', async () => {
  const running = await start();
  const statuses = new Set<number>();
  let flapping = true;
  const visitors = Array.from({ length: 20 }, (_, n) => `v${n}`);
  const accepted = new Map(visitors.map((visitor) => [visitor, [] as string[]]));
  const load = visitors.map(async (visitor) => {
    for (let n = 0; flapping; n += 1) {
      const { status } = await running.say(visitor, `m${n}`);
      statuses.add(status);
      if (status === 202) accepted.get(visitor)?.push(`m${n}`);
    }
  });
  for (let round = 0; round < 4; round += 1) {
    const before = await contents.entries(Streams.inbound);
    await waitFor(async () => (await contents.entries(Streams.inbound)).length > before.length, {
      describe: 'Redis gets messages',
    });
    const spooled = await running.metric('spool_stored_total');
    const goes = async (): Promise<boolean> => (await running.metric('spool_stored_total')) > spooled + 50;
    if (round % 2 === 0) await redis.kill();
    else await redis.freeze();
    await waitFor(goes, { describe: 'messages go to the spool', timeoutMs: 10_000 });
    if (round % 2 === 0) await redis.restart();
    else await redis.thaw();
  }
  flapping = false;
  await Promise.all(load);
  await drained(running);
  expect([...statuses].filter((status) => status !== 202 && status !== 503)).toEqual([]);
  for (const visitor of visitors) expect(await idsOf(visitor)).toEqual(accepted.get(visitor));
}, 120_000);
