import { describeMessageBusContract } from '@switchboard/message-bus/testing';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisBusHarness } from './message-bus.harness.js';

let redis: PrivateRedis;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeMessageBusContract(
  'Redis',
  redisBusHarness(() => ({ url: redis.url })),
);
