import { type AppendRequest } from '@switchboard/delivery';
import {
  askRedis,
  infoOf,
  type PrivateRedis,
  type RedisNode,
  type SentinelSet,
  startRedis,
  startSentinelSet,
  waitFor,
} from '@switchboard/testing';
import {
  type AckReplicas,
  Keys,
  RedisConnections,
  type RedisSettings,
  RedisStreamStore,
  storeDefaults,
} from '../src/index.js';
import { AckPolicy } from '../src/streams/ack-policy.js';

const keyPrefix = 'a:';
const partitions = 2;
const quick = { degradeAfterMs: 600, lookEveryMs: 50 };
const opened: RedisConnections[] = [];

function connect(access: Omit<RedisSettings, 'keyPrefix'>, degraded: boolean[] = []): RedisConnections {
  const nothing = (): void => undefined;
  const observer = { connected: nothing, disconnected: nothing, reconnecting: nothing, failed: nothing };
  const connections = new RedisConnections({ ...access, keyPrefix }, 'test', {
    ...observer,
    ackDegraded: (now) => degraded.push(now),
  });
  opened.push(connections);
  return connections;
}

async function storeOn(access: Omit<RedisSettings, 'keyPrefix'>, ackReplicas: AckReplicas): Promise<RedisStreamStore> {
  const store = new RedisStreamStore(connect(access), { ...storeDefaults, partitions, ackReplicas, ackTimeoutMs: 300 });
  const stores = async (): Promise<boolean> => (await store.append([message('warm-up', 0)]))[0]?.status !== 'failed';
  await waitFor(stores, { timeoutMs: 10_000, describe: 'the store takes appends' });
  return store;
}

const message = (stream: string, n: number): AppendRequest => ({ stream, key: `c${n}`, id: `m${n}`, data: 'x' });

async function lengthOn(node: RedisNode, stream: string): Promise<number> {
  const keys = new Keys(keyPrefix);
  const lengths = [0, 1].map((partition) => askRedis(node, ['XLEN', keys.stream(stream, partition)]));
  return (await Promise.all(lengths)).reduce<number>((sum, length) => sum + Number(length), 0);
}

async function inSync(master: RedisNode, replicas: number): Promise<void> {
  const online = async (): Promise<boolean> =>
    [...(await infoOf(master, 'replication'))].filter(([, value]) => value.includes('state=online')).length ===
    replicas;
  await waitFor(online, { timeoutMs: 15_000, describe: `${replicas} replicas are in sync` });
}

afterEach(async () => {
  for (const connections of opened.splice(0)) await connections.close();
});

describe('an append that asks for replicas, on one master', () => {
  let master: PrivateRedis;
  let replicas: PrivateRedis[];
  const access = () => ({ url: master.url });
  beforeEach(async () => {
    master = await startRedis({ config: ['repl-diskless-sync-delay 0'] });
    const config = [`replicaof 127.0.0.1 ${master.port}`];
    replicas = await Promise.all([startRedis({ config }), startRedis({ config })]);
    await inSync(master, 2);
  });
  afterEach(() => Promise.all([master, ...replicas].map((node) => node.stop())));

  it('is on a replica when it is acknowledged, whatever becomes of the master in the next moment', async () => {
    const [replica, other] = replicas as [PrivateRedis, PrivateRedis];
    await other.kill();
    await inSync(master, 1);
    const store = await storeOn(access(), 1);
    let acknowledged = 0;
    const dead = waitFor(() => acknowledged > 300, { timeoutMs: 20_000, everyMs: 1, describe: 'many' }).then(() =>
      master.kill(),
    );
    for (let n = 0; n < 5_000 && master.isRunning; n += 5) {
      const results = await store.append([0, 1, 2, 3, 4].map((i) => message('s', n + i)));
      acknowledged += results.filter(({ status }) => status === 'stored').length;
    }
    await dead;
    await askRedis(replica, ['REPLICAOF', 'NO', 'ONE']);
    expect(await lengthOn(replica, 's')).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(300);
  });

  it('is not acknowledged while too few have it, also not when it is sent again, and is then a duplicate', async () => {
    const store = await storeOn(access(), 2);
    expect(await store.append([message('t', 1)])).toMatchObject([{ status: 'stored' }]);
    await replicas[0]!.freeze();
    const refused = [{ status: 'failed', retryable: true, error: { message: '1 of 2 replicas confirmed the append' } }];
    expect(await store.append([message('t', 2)])).toMatchObject(refused);
    expect(await store.append([message('t', 2)])).toMatchObject(refused);
    await replicas[0]!.thaw();
    await waitFor(async () => (await store.append([message('t', 2)]))[0]?.status === 'duplicate', {
      describe: 'it is acknowledged',
    });
    expect(await lengthOn(master, 't')).toBe(2);
    expect(await lengthOn(replicas[0]!, 't')).toBe(2);
  });

  it('is not acknowledged without any replica, however long they are gone', async () => {
    const store = await storeOn(access(), 'all');
    await Promise.all(replicas.map((replica) => replica.kill()));
    await inSync(master, 0);
    for (let n = 0; n < 3; n++) {
      expect(await store.append([message('u', 1)])).toMatchObject([{ status: 'failed', retryable: true }]);
    }
  });

  it('assumes nothing before the replicas were seen, for none of those who ask at once', async () => {
    const connections = connect(access());
    const policy = new AckPolicy(connections.open('command'), 'all', quick);
    expect(await Promise.all([policy.required(), policy.required(), policy.required()])).toEqual([2, 2, 2]);
  });

  it('is not made when the replicas cannot be seen', async () => {
    const options = { ...storeDefaults, partitions, ackReplicas: 'all' as const };
    const store = new RedisStreamStore(connect(access()), options);
    await store.ping();
    await askRedis(master, ['ACL', 'SETUSER', 'default', '-info']);
    expect(await store.append([message('v', 1)])).toMatchObject([{ status: 'failed', retryable: true }]);
    expect(await lengthOn(master, 'v')).toBe(0);
    await askRedis(master, ['ACL', 'SETUSER', 'default', '+info']);
    const stored = async (): Promise<boolean> => (await store.append([message('v', 1)]))[0]?.status === 'stored';
    await waitFor(stored, { describe: 'it is stored' });
  });

  it('asks a missing replica for its time, then the rest, and all again when it is back; it says so', async () => {
    const degraded: boolean[] = [];
    const policy = new AckPolicy(connect(access(), degraded).open('command'), 'all', quick);
    expect(await policy.required()).toBe(2);
    await replicas[1]!.kill();
    await inSync(master, 1);
    expect(await policy.required()).toBe(2);
    await waitFor(async () => (await policy.required()) === 1, { describe: 'the rest suffices' });
    await replicas[1]!.restart();
    await waitFor(async () => (await policy.required()) === 2, { timeoutMs: 10_000, describe: 'all are asked again' });
    expect(degraded).toEqual([false, true, false]);
  });

  it('looks at the replicas no more when its connection has ended', async () => {
    const connections = connect(access());
    const [client, other] = [connections.open('command'), connections.open('command')];
    const [policy, witness] = [new AckPolicy(client, 'all', quick), new AckPolicy(other, 'all', quick)];
    await Promise.all([policy.required(), witness.required()]);
    client.emit('end');
    const name = `id=${await client.client('ID')} `;
    await client.ping();
    const looks = async (): Promise<number> =>
      Number(/cmdstat_info:calls=(\d+)/.exec(String(await askRedis(master, ['INFO', 'commandstats'])))?.[1]);
    const before = await looks();
    await waitFor(async () => (await looks()) > before + 40, { describe: 'the other has looked often' });
    const lines = String(await askRedis(master, ['CLIENT', 'LIST'])).split('\n');
    expect(lines.find((line) => line.startsWith(name))).toContain('cmd=ping');
  });
});

describe('an append that asks for all replicas, with Sentinels', () => {
  let set: SentinelSet;
  const access = () => ({ sentinels: set.sentinels });
  beforeAll(async () => {
    set = await startSentinelSet();
  }, 60_000);
  afterAll(() => set.stop());

  it('is kept by the next master when it was acknowledged', async () => {
    const store = await storeOn(access(), 'all');
    let acknowledged = 0;
    const old = await set.master();
    const dead = waitFor(() => acknowledged > 200, { timeoutMs: 20_000, everyMs: 1, describe: 'many' }).then(() =>
      old.kill(),
    );
    for (let n = 0; n < 5_000 && old.isRunning; n += 5) {
      const results = await store.append([0, 1, 2, 3, 4].map((i) => message('w', n + i)));
      acknowledged += results.filter(({ status }) => status === 'stored').length;
    }
    await dead;
    const next = await set.awaitMaster((master) => master !== old);
    expect(await lengthOn(next, 'w')).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(200);
    await old.restart();
    await set.awaitSettled();
  }, 60_000);

  it('asks a missing replica as long as no majority of Sentinels says that the master is still the master', async () => {
    const [replica] = await set.replicas();
    const policy = new AckPolicy(connect(access()).open('command'), 'all', quick);
    expect(await policy.required()).toBe(2);
    const silent = set.sentinelNodes.slice(1);
    await Promise.all(silent.map((sentinel) => sentinel.freeze()));
    await replica!.kill();
    await inSync(await set.master(), 1);
    const goneAtMs = performance.now();
    await waitFor(() => performance.now() - goneAtMs > 3 * quick.degradeAfterMs, { describe: 'its time is long over' });
    expect(await policy.required()).toBe(2);
    await Promise.all(silent.map((sentinel) => sentinel.thaw()));
    await waitFor(async () => (await policy.required()) === 1, { timeoutMs: 15_000, describe: 'the rest suffices' });

    const fresh = new AckPolicy(connect(access()).open('command'), 'all', { ...quick, degradeAfterMs: 60_000 });
    expect(await fresh.required()).toBe(2);
  }, 60_000);
});
