import { type AppendRequest, partitionOf } from '@switchboard/delivery';
import { askRedis, type RedisCluster, type RedisNode, RedisRefusal, startCluster, waitFor } from '@switchboard/testing';
import { ClusterNewsWaiter } from '../src/streams/cluster-news-waiter.js';
import { ScriptRunner } from '../src/scripts/script-runner.js';
import { script } from '../src/scripts/script.js';
import { Keys, RedisConnections, RedisStreamStore, storeDefaults } from '../src/index.js';

const keyPrefix = 'k:';
const partitions = 12;
const keys = new Keys(keyPrefix);
const touch = script('touch', "return redis.call('INCR', KEYS[1])");

describe('a cluster', () => {
  let cluster: RedisCluster;
  let connections: RedisConnections;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster.stop());
  beforeEach(() => {
    connections = new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix }, 'test');
  });
  afterEach(async () => {
    await connections.close();
  });

  /** The node that serves a partition's keys. */
  const nodeOf = async (partition: number): Promise<RedisNode> => {
    for (const node of cluster.nodes) {
      const answer = await askRedis(node, ['EXISTS', keys.stream('s', partition)]).catch((error: unknown) => error);
      if (!(answer instanceof RedisRefusal)) return node;
    }
    throw new Error('no node serves this partition');
  };
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const messageIn = (partition: number, id: string): AppendRequest => {
    for (let n = 0; ; n++)
      if (partitionOf(`c${n}`, partitions) === partition) return { stream: 's', key: `c${n}`, id, data: 'x' };
  };
  const storeThatWorks = async (): Promise<RedisStreamStore> => {
    const store = new RedisStreamStore(connections, { ...storeDefaults, partitions });
    const works = async (): Promise<boolean> =>
      (await store.append(all.map((p) => messageIn(p, 'first')))).every(({ status }) => status !== 'failed');
    await waitFor(works, { timeoutMs: 10_000, describe: 'every partition takes appends' });
    return store;
  };

  it('with a frozen server goes on with the partitions of the others, call after call', async () => {
    const store = await storeThatWorks();
    const leases = await Promise.all(
      all.map((partition) => store.acquire({ stream: 's', group: 'g', partition }, 'm', 60_000)),
    );
    const frozen = await nodeOf(0);
    const alive = new Map<number, boolean>();
    for (const partition of all) alive.set(partition, (await nodeOf(partition)) !== frozen);
    await frozen.freeze();
    try {
      for (let round = 0; round < 3; round++) {
        const beganAtMs = performance.now();
        const [results, kept] = await Promise.all([
          store.append(all.map((partition) => messageIn(partition, `round-${round}`))),
          store.renew(leases.filter((lease, p) => lease && alive.get(p)) as never, 60_000),
        ]);
        expect(performance.now() - beganAtMs).toBeLessThan(1_500);
        expect(results.map(({ status }) => status)).toEqual(all.map((p) => (alive.get(p) ? 'stored' : 'failed')));
        expect(new Set(kept)).toEqual(new Set(['held']));
      }
    } finally {
      await frozen.thaw();
    }
    const recovered = async (): Promise<boolean> =>
      (await store.append(all.map((p) => messageIn(p, 'last')))).every(({ status }) => status !== 'failed');
    await waitFor(recovered, { timeoutMs: 15_000, describe: 'every partition takes appends again' });
    await cluster.awaitServing();
  }, 60_000);

  it('with a frozen server hears the news of the others at once, and of all when it is back', async () => {
    const store = await storeThatWorks();
    const waiter = new ClusterNewsWaiter(connections, connections.open('command'), keys);
    const frozen = await nodeOf(0);
    const other = await Promise.all(all.map(nodeOf)).then((nodes) => nodes.findIndex((node) => node !== frozen));
    const tail = async (partition: number): Promise<string> => {
      const last = (await askRedis(await nodeOf(partition), [
        'XREVRANGE',
        keys.stream('s', partition),
        '+',
        '-',
        'COUNT',
        1,
      ])) as never;
      return String((last as string[][])[0]?.[0]);
    };
    const positions = await Promise.all(
      [0, other].map(async (partition) => ({ stream: 's', partition, after: await tail(partition) })),
    );
    const never = new AbortController().signal;
    expect(await waiter.wait(positions, 300, never)).toEqual([]);
    await frozen.freeze();
    try {
      const heard = waiter.wait(positions, 5_000, never);
      const beganAtMs = performance.now();
      expect(await store.append([messageIn(other, 'news')])).toMatchObject([{ status: 'stored' }]);
      expect(await heard).toEqual([other]);
      expect(performance.now() - beganAtMs).toBeLessThan(1_000);
    } finally {
      await frozen.thaw();
    }
    await cluster.awaitServing();
    const first = positions[0]!;
    const append = async (): Promise<boolean> => (await store.append([messageIn(0, 'late')]))[0]?.status !== 'failed';
    await waitFor(append, { timeoutMs: 15_000, describe: 'the partition takes appends again' });
    await waitFor(async () => (await waiter.wait([first], 1_000, never)).includes(0), {
      timeoutMs: 20_000,
      describe: 'its news are heard',
    });
    waiter.close();
  }, 60_000);

  it('hears news after the newest position it was asked about, while it still waits at an older one', async () => {
    const store = await storeThatWorks();
    const waiter = new ClusterNewsWaiter(connections, connections.open('command'), keys);
    const never = new AbortController().signal;
    const ahead = { stream: 's', partition: 1, after: '9999999999999-0' };
    expect(await waiter.wait([ahead], 100, never)).toEqual([]);
    const beganAtMs = performance.now();
    expect(await waiter.wait([{ ...ahead, after: '0-0' }], 5_000, never)).toEqual([1]);
    expect(performance.now() - beganAtMs).toBeLessThan(3_000);
    expect(await store.append([messageIn(1, 'more')])).toMatchObject([{ status: 'stored' }]);
    waiter.close();
  });

  it('never takes the replicas of another server for those that an append went to', async () => {
    const client = connections.open('producer');
    const runner = new ScriptRunner(client, true);
    await waitFor(() => client.status === 'ready', { timeoutMs: 10_000, describe: 'the client is ready' });
    const master = await nodeOf(0);
    const waits = async (): Promise<number[]> =>
      Promise.all(
        cluster.nodes.map(async (node) => {
          const stats = String(await askRedis(node, ['INFO', 'commandstats']));
          return Number(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1] ?? 0);
        }),
      );
    await runner.run([{ script: touch, keys: ['k:n:{p0}'], args: [] }]);
    const before = await waits();
    for (let n = 0; n < 12; n++) {
      const [reply] = await runner.run([{ script: touch, keys: ['k:n:{p0}'], args: [] }], {
        replicas: 1,
        timeoutMs: 1,
      });
      expect(reply).toEqual({ error: expect.objectContaining({ message: '0 of 1 replicas confirmed the append' }) });
    }
    const sent = (await waits()).map((count, i) => count - (before[i] ?? 0));
    expect(sent).toEqual(cluster.nodes.map((node) => (node === master ? 12 : 0)));
  });

  it('sends the question for replicas after an append that had to be redirected', async () => {
    const client = connections.open('producer');
    const runner = new ScriptRunner(client, true);
    await waitFor(() => client.status === 'ready', { timeoutMs: 10_000, describe: 'the client is ready' });
    const call = { script: touch, keys: ['k:moved:{p3}'], args: [] };
    await runner.run([call], { replicas: 1, timeoutMs: 1 });
    const from = await nodeOf(3);
    const to = cluster.nodes.find((node) => node !== from) as RedisNode;
    const slot = Number(await askRedis(from, ['CLUSTER', 'KEYSLOT', '{p3}']));
    const idOf = async (node: RedisNode): Promise<string> => String(await askRedis(node, ['CLUSTER', 'MYID']));
    const names = (await askRedis(from, ['CLUSTER', 'GETKEYSINSLOT', slot, 1_000])) as string[];
    if (names.length > 0) await askRedis(from, ['DEL', ...names]);
    for (const node of [to, from]) await askRedis(node, ['CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(to)]);
    await askRedis(to, ['CLUSTER', 'BUMPEPOCH']);
    const [reply] = await runner.run([call], { replicas: 1, timeoutMs: 1 });
    expect(reply).toEqual({ error: expect.objectContaining({ message: '0 of 1 replicas confirmed the append' }) });
    expect(await askRedis(to, ['GET', 'k:moved:{p3}'])).toBe('1');
  });
});
