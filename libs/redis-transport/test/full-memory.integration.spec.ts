import { Scene, until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

describe('a Redis whose memory is full', () => {
  let redis: PrivateRedis;
  let scene: Scene;
  beforeAll(async () => {
    redis = await startRedis({ config: ['maxmemory-policy noeviction'] });
    scene = new Scene(redisHarness(() => ({ url: redis.url })));
  });
  afterAll(async () => {
    await scene.end();
    await redis.stop();
  });

  it('leaves the leases where they are, lets new owners take over, and everything is handled', async () => {
    await scene.publish('c', ['m1', 'm2', 'm3']);
    const store = await scene.store();
    await store.store.declareStream(scene.stream, scene.partitions);
    await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
    await expect(askRedis(redis, ['SET', 'x', 'y'])).rejects.toThrow('OOM');
    await scene.consume('a', { leaseTtlMs: 300 }, undefined, store);
    await until('all handled under full memory', () => scene.messagesDelivered === 3);
    const taken = scene.taken.length;
    const rounds = async (): Promise<number> =>
      Number(/cmdstat_zadd:calls=(\d+)/.exec(String(await askRedis(redis, ['INFO', 'commandstats'])))?.[1]);
    const before = await rounds();
    await until('the member announced itself many times', async () => (await rounds()) > before + 10);
    expect(scene.taken).toHaveLength(taken);
    await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
  });
});
