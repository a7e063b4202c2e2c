import { type Delivery, Scene, type StoreHarness, until } from '@switchboard/delivery/testing';
import { partitionOf } from '@switchboard/delivery';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

describe('an effect that Redis refuses for good', () => {
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

  it('makes its message a dead letter with none of its other effects written, and doubles nothing of its neighbours', async () => {
    scene.partitions = 1;
    const audit = `${scene.stream}-audit`;
    await askRedis(redis, ['SET', `test:${scene.stream}-bad:{p${partitionOf('bad', 1)}}`, 'no stream']);
    const emit = ({ key, turn }: Delivery): void => {
      turn.emit({ kind: 'log', stream: audit, fields: ['d', key], cap: 0 });
      if (key === 'bad') turn.emit({ kind: 'log', stream: `${scene.stream}-bad`, fields: ['d', key], cap: 0 });
    };
    for (const key of ['bad', 'good', 'better']) await scene.publish(key, [`${key}-1`]);
    await scene.consume('a', {}, emit);
    await until('a dead letter', async () => (await harness.lines(scene.deadLetters)).length === 1);
    await until('nothing pending', async () => (await harness.pending(scene.stream, 'g')) === 0);
    expect((await harness.lines(audit)).sort()).toEqual(['better', 'good']);
  });
});
