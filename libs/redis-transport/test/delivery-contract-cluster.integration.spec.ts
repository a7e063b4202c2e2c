import { describeDeliveryContract } from '@switchboard/delivery/testing';
import { type RedisCluster, startCluster } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);
afterAll(() => cluster.stop());

// A blocked read needs a connection for each partition there, so few of them keep the tests short.
describeDeliveryContract(
  'Redis Cluster',
  redisHarness(() => ({ clusterNodes: cluster.addresses }), 3),
);
