import { Scene, type StoreHarness, until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

describe('a dead letter that Redis refuses', () => {
  let redis: PrivateRedis;
  let harness: StoreHarness;
  let scene: Scene;
  beforeAll(async () => {
    redis = await startRedis();
    harness = redisHarness(() => ({ url: redis.url }));
    scene = new Scene(harness);
  });
  afterAll(async () => {
    await scene.end();
    await redis.stop();
  });

  it.each(['continue', 'park'] as const)(
    'keeps its message and holds up no other conversation, and arrives once it is taken (%s)',
    async (onGiveUp) => {
      scene.anew();
      scene.partitions = 1;
      const key = `test:${scene.deadLetters}:{p0}`;
      await askRedis(redis, ['SET', key, 'no stream']);
      const retry = { maxAttempts: 2, minBackoffMs: 2, maxBackoffMs: 20 };
      const member = await scene.consume('a', { onGiveUp, retry }, ({ key: conversation }) => {
        if (conversation === 'bad') throw new Error('bad');
      });
      await scene.publish('bad', ['bad-1']);
      await until('it was given up and kept', () => scene.deliveries.filter(({ key: k }) => k === 'bad').length > 3);
      await scene.publish('good', ['good-1']);
      await until('the other goes on', () => scene.firstDeliveries('good').length === 1);
      expect(scene.taken).toHaveLength(1);
      expect(await harness.pending(scene.stream, 'g')).toBeGreaterThanOrEqual(1);
      await askRedis(redis, ['DEL', key]);
      await until('the letter', async () => (await harness.lines(scene.deadLetters)).length === 1);
      await member.stop();
    },
  );
});
