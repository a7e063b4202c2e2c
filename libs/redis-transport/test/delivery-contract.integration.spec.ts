import { describeDeliveryContract } from '@switchboard/delivery/testing';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

let redis: PrivateRedis;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeDeliveryContract(
  'Redis Streams',
  redisHarness(() => ({ url: redis.url })),
);
