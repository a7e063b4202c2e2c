import { askRedis, infoOf, type RedisAddress } from '@switchboard/testing';
import { type Fault } from './topology.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Harm that a running master can be told to do to itself. */
export function masterFaults(master: () => Promise<RedisAddress>): readonly Fault[] {
  const ask = async (...command: string[]): Promise<unknown> => askRedis(await master(), command);
  return [
    {
      name: 'client-pause',
      inflict: async (_victims, random) => {
        const ms = random.between(500, 3_000);
        await ask('CLIENT', 'PAUSE', String(ms), 'ALL');
        await pause(ms);
      },
    },
    {
      name: 'script-flush',
      inflict: async () => {
        await ask('SCRIPT', 'FLUSH');
      },
    },
    {
      name: 'out-of-memory',
      inflict: async (_victims, random) => {
        const used = Number((await infoOf(await master(), 'memory')).get('used_memory'));
        await ask('CONFIG', 'SET', 'maxmemory', String(Math.floor(used * 0.9)));
        try {
          await pause(random.between(500, 3_000));
        } finally {
          await ask('CONFIG', 'SET', 'maxmemory', '0');
        }
      },
    },
    {
      name: 'kill-all-connections',
      inflict: async () => {
        await ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
    },
  ];
}
