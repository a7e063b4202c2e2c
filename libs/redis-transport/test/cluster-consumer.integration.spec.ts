import { partitionOf } from '@switchboard/delivery';
import { Scene, until } from '@switchboard/delivery/testing';
import { askRedis, type RedisCluster, type RedisNode, RedisRefusal, startCluster } from '@switchboard/testing';
import { Keys } from '../src/index.js';
import { redisHarness } from './redis-store.harness.js';

const partitions = 12;
const keys = new Keys('test:');

describe('a consumer on a cluster', () => {
  let cluster: RedisCluster;
  let scene: Scene;
  beforeAll(async () => {
    // With the default a cluster refuses everything while some slots are served by nobody.
    cluster = await startCluster({ config: ['cluster-require-full-coverage no'] });
  }, 60_000);
  afterAll(() => cluster.stop());
  beforeEach(() => {
    scene = new Scene(redisHarness(() => ({ clusterNodes: cluster.addresses }), partitions));
  });
  afterEach(() => scene.end(), 30_000);

  const nodeOf = async (key: string): Promise<RedisNode> => {
    for (const node of cluster.nodes) {
      const answer = await askRedis(node, ['EXISTS', key]).catch((error: unknown) => error);
      if (!(answer instanceof RedisRefusal)) return node;
    }
    throw new Error('no node serves this key');
  };
  /** Conversations, one for each partition. */
  const conversations = Array.from({ length: partitions }, (_, partition) => {
    for (let n = 0; ; n++) if (partitionOf(`c${n}`, partitions) === partition) return `c${n}`;
  });

  it.each([
    ['that has none of the group’s own keys', false],
    ['that has the list of the members', true],
  ])(
    'goes on with the partitions of the others while a server is frozen %s, and with all afterwards',
    async (_, own) => {
      await scene.consume('a', { leaseTtlMs: 5_000 });
      const publisher = await scene.publisher();
      const publish = (partition: number, id: string): Promise<unknown> => {
        const key = conversations[partition] as string;
        return publisher.publish({ stream: scene.stream, key, id: `${key}-${id}`, data: id });
      };
      const all = [...conversations.keys()];
      await Promise.all(all.map((partition) => publish(partition, 'first')));
      await until('all are handled', () => scene.messagesDelivered === partitions);

      const home = await nodeOf(keys.members(scene.stream, scene.group));
      const frozen = own ? home : (cluster.nodes.find((node) => node !== home) as RedisNode);
      const nodes = await Promise.all(all.map((partition) => nodeOf(keys.stream(scene.stream, partition))));
      const alive = all.filter((partition) => nodes[partition] !== frozen);
      await frozen.freeze();
      try {
        const beganAtMs = performance.now();
        for (let round = 0; performance.now() - beganAtMs < 12_000; round++) {
          await Promise.all(alive.map((partition) => publish(partition, `round-${round}`)));
          const handled = partitions + alive.length * (round + 1);
          await until('those of the others are handled', () => scene.messagesDelivered === handled);
        }
      } finally {
        await frozen.thaw();
      }
      await cluster.awaitServing();
      const before = scene.messagesDelivered;
      await until('all take messages again', async () => {
        const results = await Promise.allSettled(all.map((partition) => publish(partition, 'last')));
        return results.every(({ status }) => status === 'fulfilled');
      });
      await until('all are handled', () => scene.messagesDelivered === before + partitions, 20_000);
      expect(scene.overlaps).toEqual([]);
    },
    90_000,
  );
});
