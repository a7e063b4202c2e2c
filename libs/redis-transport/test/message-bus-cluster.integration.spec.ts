import { describeMessageBusContract } from '@switchboard/message-bus/testing';
import { type RedisCluster, startCluster } from '@switchboard/testing';
import { redisBusHarness } from './message-bus.harness.js';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);
afterAll(() => cluster.stop());

describeMessageBusContract(
  'Redis Cluster',
  redisBusHarness(() => ({ clusterNodes: cluster.addresses })),
);
