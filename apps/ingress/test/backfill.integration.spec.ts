import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRecord, type Envelope, type GuestMessage, Streams } from '@switchboard/message-schema';
import {
  type ArchivedMessage,
  FakeChatwootArchive,
  type PrivateRedis,
  startRedis,
  waitFor,
} from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, SECRET, signed, webhook } from './running-ingress.js';

type Stored = Envelope<GuestMessage>;

let folder: string;
let redis: PrivateRedis;
let contents: RedisContents;
let archive: FakeChatwootArchive;
const running: RunningIngress[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingress-'));
  redis = await startRedis({ appendonly: 'always' });
  contents = new RedisContents(redis.url);
  archive = await FakeChatwootArchive.start('T-token');
  await writeFile(
    join(folder, 'properties.yaml'),
    `properties:
  - id: demo
    sources:
      - id: demo-chatwoot
        kind: chatwoot
        secrets: [{ env: T_SECRET }]
        api: { baseUrl: "${archive.url}", token: { env: T_TOKEN } }
        backfill: { accounts: [1, 2], token: { env: T_TOKEN } }
`,
  );
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((ingress) => ingress.stop()));
  await archive?.close();
  contents?.close();
  await redis?.stop();
  await rm(folder, { recursive: true });
});

async function start(everyMs = 600_000): Promise<RunningIngress> {
  const env = { PROPERTIES_FILE: join(folder, 'properties.yaml'), T_SECRET: SECRET, T_TOKEN: 'T-token' };
  const ingress = await RunningIngress.start(redis.url, { ...env, BACKFILL_EVERY_MS: String(everyMs) });
  running.push(ingress);
  return ingress;
}

async function stop(): Promise<void> {
  await Promise.all(running.splice(0).map((ingress) => ingress.stop()));
}

/** Starts, waits until every account has been compared, and stops. */
async function compareOnce(): Promise<void> {
  const ingress = await start();
  await compared(ingress, 2);
  await stop();
}

async function compared(ingress: RunningIngress, runs: number): Promise<void> {
  await waitFor(async () => (await metric(ingress, 'backfill_runs_total{outcome="done"')) >= runs, {
    describe: `${runs} comparisons`,
    timeoutMs: 20_000,
  });
}

async function metric(ingress: RunningIngress, name: string): Promise<number> {
  const text = await (await fetch(`${ingress.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const inbound = () => contents.entries<Stored>(Streams.inbound);
const textsOf = async (conversation: number, account = 1): Promise<string[]> =>
  (await inbound())
    .filter(({ conversation_id }) => conversation_id === `chatwoot:demo-chatwoot:${account}:${conversation}`)
    .map(({ payload }) => payload.text);

/** The webhook of a message that is in the archive. */
function deliver(ingress: RunningIngress, message: ArchivedMessage): Promise<Response> {
  const value = JSON.parse(webhook('chatwoot-message-created')) as { conversation: object };
  const conversation = { ...value.conversation, id: message.conversation_id };
  const body = JSON.stringify({ ...value, id: message.id, content: message.content, conversation });
  return ingress.post('chatwoot', body, signed('chatwoot', body));
}

it('what was said while no ingress ran is fetched at the next start, in order, once, and with both times', async () => {
  archive.say(10, 'from before Switchboard');
  archive.say(10, 'of account two', { account: 2 });
  await compareOnce();
  expect(await inbound()).toEqual([]);

  const at = Math.floor(Date.now() / 1_000) - 30;
  archive.say(10, 'first', { at });
  archive.say(11, 'another guest', { at });
  archive.say(10, 'an answer of the staff', { at, messageType: 1 });
  archive.say(10, 'second', { at: at + 1 });
  archive.say(10, 'elsewhere', { account: 2 });
  const startedAt = Date.now();
  const ingress = await start();
  await compared(ingress, 2);
  expect(await textsOf(10)).toEqual(['first', 'second']);
  expect(await textsOf(11)).toEqual(['another guest']);
  expect(await textsOf(10, 2)).toEqual(['elsewhere']);
  const [message] = await inbound();
  expect(message?.payload.providerTimestamp).toBe(new Date(at * 1_000).toISOString());
  expect(Date.parse(message?.timestamp ?? '')).toBeGreaterThanOrEqual(startedAt);
  expect(await metric(ingress, 'backfill_messages_total{found="missed"')).toBe(4);

  await stop();
  await compareOnce();
  expect(await inbound()).toHaveLength(4);
});

it('a single webhook that got lost is made up for from time to time, and those that came are not stored again', async () => {
  const ingress = await start(300);
  await compared(ingress, 2);
  const [came, lost] = [archive.say(10, 'came'), archive.say(10, 'lost')];
  expect((await deliver(ingress, came)).status).toBe(200);
  await waitFor(async () => (await textsOf(10)).includes(lost.content), {
    describe: 'the lost one',
    timeoutMs: 10_000,
  });
  const runs = await metric(ingress, 'backfill_runs_total{outcome="done"');
  await compared(ingress, runs + 4);
  expect((await textsOf(10)).sort()).toEqual(['came', 'lost']);
  const again = await deliver(ingress, lost);
  expect(await again.json()).toEqual({ accepted: 0, duplicates: 1 });
});

it('many conversations and long ones are read to their end', async () => {
  archive.say(1, 'before');
  await compareOnce();
  for (let i = 0; i < 60; i += 1) archive.say(100 + i, `of ${i}`);
  const long = Array.from({ length: 230 }, (_, i) => `line ${i}`);
  for (const text of long) archive.say(7, text);
  await compareOnce();
  expect(await textsOf(7)).toEqual(long);
  expect(await inbound()).toHaveLength(290);
});

it('when Redis was away, accounts are compared as soon as it is back', async () => {
  const ingress = await start();
  await compared(ingress, 2);
  await redis.kill();
  const lost = archive.say(10, 'lost');
  expect((await deliver(ingress, lost)).status).toBe(503);
  await redis.restart();
  await waitFor(async () => (await textsOf(10)).length === 1, { describe: 'the lost one', timeoutMs: 20_000 });
});

it('an archive that is out of order is asked again, and nothing between is left out', async () => {
  archive.say(10, 'before');
  await compareOnce();
  archive.say(10, 'one');
  archive.failNext(1, 500);
  archive.failNext(1, 429, 1);
  const ingress = await start(500);
  await compared(ingress, 2);
  expect(await textsOf(10)).toEqual(['one']);
  expect(await metric(ingress, 'backfill_runs_total{outcome="unavailable"')).toBeGreaterThan(0);
});

it('several ingresses at once store everything once', async () => {
  archive.say(10, 'before');
  await compareOnce();
  for (let i = 0; i < 30; i += 1) archive.say(10 + (i % 3), `line ${i}`);
  const all = await Promise.all([start(200), start(200), start(200)]);
  await waitFor(async () => (await inbound()).length >= 30, { describe: 'all lines', timeoutMs: 20_000 });
  await Promise.all(all.map((ingress) => compared(ingress, 2)));
  expect(await inbound()).toHaveLength(30);
});

it('a message that an agent had is not shown to the staff again when a person takes over, and a missed one is', async () => {
  const ingress = await start(300);
  await compared(ingress, 2);
  expect((await deliver(ingress, archive.say(10, 'for the agent'))).status).toBe(200);
  archive.assigned.add(10);
  archive.say(10, 'for the staff');
  const toStaff = async (): Promise<AuditRecord[]> =>
    (await contents.entries<AuditRecord>(Streams.auditMessages)).filter(({ detail }) => detail?.includes('a person'));
  await waitFor(async () => (await toStaff()).length === 1, { describe: 'the line for the staff', timeoutMs: 10_000 });
  await compared(ingress, (await metric(ingress, 'backfill_runs_total{outcome="done"')) + 4);
  expect(await toStaff()).toHaveLength(1);
  expect(await textsOf(10)).toEqual(['for the agent']);
});
