import { describeMessageBusContract } from '@switchboard/message-bus/testing';
import { type RedisCluster, startCluster } from '@switchboard/testing';
import { redisBusHarness } from './message-bus.harness.js';

let cluster: RedisCluster;

beforeAll(async () => {
  // Nothing here is about servers that fail, so a machine that stands still for a moment is none.
  cluster = await startCluster({ config: ['cluster-node-timeout 15000'] });
}, 60_000);
afterAll(() => cluster.stop());

describeMessageBusContract(
  'Redis Cluster',
  redisBusHarness(() => ({ clusterNodes: cluster.addresses })),
);
