import { type SentinelSet, startSentinelSet } from '@switchboard/testing';
import { actorFaults } from './actor-faults.js';
import { masterFaults } from './redis-faults.js';
import { type Fault, type Topology } from './topology.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const DOWN_AFTER_MS = 2_000;
const SETTLE_MS = 60_000;

/** Three Redis and three Sentinels, as in production but for shorter periods. */
export async function openSentinel(): Promise<Topology> {
  const config = ['min-replicas-to-write 1', 'min-replicas-max-lag 3', 'maxmemory-policy noeviction'];
  const set = await startSentinelSet({ downAfterMs: DOWN_AFTER_MS, config });
  const master = () => set.master();
  return {
    redis: { sentinels: set.sentinels, masterName: set.masterName, keyPrefix: 'chaos:' },
    ackReplicas: 'all',
    faults: [...actorFaults, ...masterFaults(master), ...failovers(set), ...lesserHarm(set)],
    master,
    heal: () => set.awaitSettled(SETTLE_MS),
    stop: () => set.stop(),
  };
}

/** Each leaves the set with another master and settled: a second fault at the same time is not promised to be survived. */
function failovers(set: SentinelSet): Fault[] {
  return [
    {
      name: 'master-kill',
      inflict: async () => {
        const old = await set.master();
        await old.kill('SIGKILL');
        await set.awaitMaster((master) => master !== old, SETTLE_MS);
        await old.restart();
        await set.awaitSettled(SETTLE_MS);
      },
    },
    {
      name: 'master-quick-restart',
      inflict: async () => {
        const master = await set.master();
        await master.kill('SIGKILL');
        await master.restart();
        await set.awaitSettled(SETTLE_MS);
      },
    },
    {
      name: 'master-freeze',
      inflict: async (_victims, random) => {
        const old = await set.master();
        await old.freeze();
        await set.awaitMaster((master) => master !== old, SETTLE_MS);
        await pause(random.between(0, 3_000));
        await old.thaw();
        await set.awaitSettled(SETTLE_MS);
      },
    },
    {
      name: 'planned-failover',
      inflict: async () => {
        await set.failover();
        await set.awaitSettled(SETTLE_MS);
      },
    },
  ];
}

function lesserHarm(set: SentinelSet): Fault[] {
  return [
    {
      name: 'replica-kill',
      inflict: async (_victims, random) => {
        const replica = random.pick(await set.replicas());
        await replica.kill('SIGKILL');
        await pause(random.between(0, 4_000));
        await replica.restart();
        await set.awaitSettled(SETTLE_MS);
      },
    },
    {
      name: 'sentinel-freeze',
      inflict: async (_victims, random) => {
        const sentinel = random.pick(set.sentinelNodes);
        await sentinel.freeze();
        await pause(random.between(1_000, 6_000));
        await sentinel.thaw();
        await set.awaitSettled(SETTLE_MS);
      },
    },
  ];
}
