import { CuttingProxy, type PrivateRedis, startRedis } from '@switchboard/testing';
import { actorFaults } from './actor-faults.js';
import { masterFaults } from './redis-faults.js';
import { type Fault, type Topology } from './topology.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One Redis with an append-only file, reached through a proxy that can harm the wire. */
export async function openStandalone(): Promise<Topology> {
  const redis = await startRedis({ appendonly: 'always', config: ['maxmemory-policy noeviction'] });
  const proxy = await CuttingProxy.to(redis.port);
  const master = () => Promise.resolve({ host: '127.0.0.1', port: redis.port });
  return {
    redis: { url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'chaos:' },
    ackReplicas: 0,
    faults: [...actorFaults, ...masterFaults(master), ...serverFaults(redis), ...wireFaults(proxy)],
    master,
    heal: () => Promise.resolve(proxy.heal()),
    stop: async () => {
      await proxy.close();
      await redis.stop();
    },
  };
}

function serverFaults(redis: PrivateRedis): Fault[] {
  return [
    {
      name: 'redis-kill',
      inflict: async (_victims, random) => {
        await redis.kill('SIGKILL');
        await pause(random.between(0, 4_000));
        await redis.restart();
      },
    },
    {
      name: 'redis-freeze',
      inflict: async (_victims, random) => {
        await redis.freeze();
        await pause(random.between(1_000, 8_000));
        await redis.thaw();
      },
    },
  ];
}

function wireFaults(proxy: CuttingProxy): Fault[] {
  return [
    {
      name: 'connections-reset',
      inflict: async () => {
        proxy.resetAll();
        await Promise.resolve();
      },
    },
    {
      name: 'wire-cut',
      inflict: async (_victims, random) => {
        proxy.cut();
        await pause(random.between(500, 5_000));
        proxy.heal();
      },
    },
    {
      name: 'wire-silent',
      inflict: async (_victims, random) => {
        proxy.blackhole();
        await pause(random.between(1_000, 6_000));
        proxy.heal();
      },
    },
    {
      name: 'replies-lost',
      inflict: async (_victims, random) => {
        proxy.holdReplies();
        await pause(random.between(50, 1_500));
        proxy.dropHeld();
      },
    },
  ];
}
