import { partitionOf } from '@switchboard/delivery';
import { Scene, until } from '@switchboard/delivery/testing';
import { type RedisCluster, startCluster } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

const PARTITIONS = 6;

describe('a consumer on a cluster with little to do', () => {
  let cluster: RedisCluster;
  let scene: Scene;
  beforeAll(async () => {
    cluster = await startCluster();
    const clusterNodes = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
    scene = new Scene(redisHarness(() => ({ clusterNodes }), PARTITIONS));
  }, 60_000);
  afterAll(async () => {
    await scene.end();
    await cluster.stop();
  });

  const conversations = Array.from({ length: PARTITIONS }, (_, partition) => {
    for (let n = 0; ; n++) if (partitionOf(`c${n}`, PARTITIONS) === partition) return `c${n}`;
  });

  it('hears of each message at once, also right after one of another partition, and stops when all servers are gone', async () => {
    const member = await scene.consume('a', { leaseTtlMs: 5_000 });
    let sent = 0;
    // Longer than one wait for news lasts, so that each wait meets messages at all of its moments.
    const endAtMs = performance.now() + 7_000;
    while (performance.now() < endAtMs) {
      const key = conversations[sent % PARTITIONS] as string;
      await scene.publish(key, [`m${sent++}`]);
      await until('it is handled soon', () => scene.messagesDelivered === sent, 4_000);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    await cluster.stop();
    await member.stop();
  }, 60_000);
});
