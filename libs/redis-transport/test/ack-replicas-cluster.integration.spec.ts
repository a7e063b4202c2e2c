import { type AppendRequest, partitionOf } from '@switchboard/delivery';
import { askRedis, type RedisCluster, type RedisNode, RedisRefusal, startCluster, waitFor } from '@switchboard/testing';
import { type AckReplicas, Keys, RedisConnections, RedisStreamStore, storeDefaults } from '../src/index.js';

const keyPrefix = 'a:';
const partitions = 12;
const all = Array.from({ length: partitions }, (_, partition) => partition);
const keys = new Keys(keyPrefix);

/** One message for each partition. */
function round(stream: string, id: string): AppendRequest[] {
  return all.map((partition) => {
    for (let n = 0; ; n++)
      if (partitionOf(`c${n}`, partitions) === partition) return { stream, key: `c${n}`, id, data: 'x' };
  });
}

describe('an append that asks for replicas, in a cluster', () => {
  let cluster: RedisCluster;
  /** The master whose replicas are taken away; the other keeps its own. */
  let master: RedisNode;
  let replicas: RedisNode[];
  /** The partitions that this master serves. */
  let its: Set<number>;
  const opened: RedisConnections[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ masters: 2, replicas: 2 });
    master = cluster.nodes[0] as RedisNode;
    replicas = cluster.replicasOf(master);
    const served = await Promise.all(
      all.map(async (partition) => {
        const answer = askRedis(master, ['EXISTS', keys.stream('s', partition)]).catch((error: unknown) => error);
        return !((await answer) instanceof RedisRefusal);
      }),
    );
    its = new Set(all.filter((partition) => served[partition]));
  }, 60_000);
  afterAll(() => cluster.stop());
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.thaw()));
    for (const connections of opened.splice(0)) await connections.close();
    await cluster.awaitServing();
  });

  const storeThatAsks = async (ackReplicas: AckReplicas): Promise<RedisStreamStore> => {
    const connections = new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix }, 'test');
    opened.push(connections);
    const store = new RedisStreamStore(connections, { ...storeDefaults, partitions, ackReplicas, ackTimeoutMs: 300 });
    const works = async (): Promise<boolean> =>
      (await store.append(round('warm-up', String(ackReplicas)))).every(({ status }) => status !== 'failed');
    await waitFor(works, { timeoutMs: 15_000, describe: 'every partition takes appends' });
    return store;
  };

  /** What becomes of one message for each partition: of this master's, and of the other's. */
  const outcomes = async (store: RedisStreamStore, stream: string, id: string): Promise<[string, string]> => {
    const results = await store.append(round(stream, id));
    const ofThose = (own: boolean): string =>
      [...new Set(results.filter((_, partition) => its.has(partition) === own).map(({ status }) => status))].join();
    return [ofThose(true), ofThose(false)];
  };

  /** Why a message of one of this master's partitions is not acknowledged. */
  const reason = async (store: RedisStreamStore, stream: string): Promise<unknown> => {
    const [result] = await store.append(
      round(stream, 'asked')
        .filter((_, partition) => its.has(partition))
        .slice(0, 1),
    );
    return result;
  };
  const confirmed = (count: number, of: number) => ({
    status: 'failed',
    retryable: true,
    error: { message: `${count} of ${of} replicas confirmed the append` },
  });

  const acknowledged = (store: RedisStreamStore, stream: string, id: string): Promise<unknown> =>
    waitFor(async () => (await outcomes(store, stream, id)).join() === 'duplicate,duplicate', {
      timeoutMs: 10_000,
      describe: 'it is acknowledged',
    });

  it('of all: counts only while a master has all of its own, and is then not stored a second time', async () => {
    const store = await storeThatAsks('all');
    expect(await outcomes(store, 's', 'm1')).toEqual(['stored', 'stored']);
    await replicas[0]!.freeze();
    expect(await outcomes(store, 's', 'm2')).toEqual(['failed', 'stored']);
    expect(await outcomes(store, 's', 'm2')).toEqual(['failed', 'duplicate']);
    expect(await reason(store, 'other')).toMatchObject(confirmed(1, 2));
    await replicas[0]!.thaw();
    await acknowledged(store, 's', 'm2');
    const lengths = [...its].map((partition) => askRedis(master, ['XLEN', keys.stream('s', partition)]));
    expect(new Set(await Promise.all(lengths))).toEqual(new Set([2]));
  });

  it('of a majority: counts while one of two replicas has it, and no longer without any', async () => {
    const store = await storeThatAsks('majority');
    await replicas[0]!.freeze();
    expect(await outcomes(store, 't', 'm1')).toEqual(['stored', 'stored']);
    await replicas[1]!.freeze();
    expect(await outcomes(store, 't', 'm2')).toEqual(['failed', 'stored']);
    expect(await reason(store, 'other')).toMatchObject(confirmed(0, 1));
    await replicas[1]!.thaw();
    await acknowledged(store, 't', 'm2');
  });
});
