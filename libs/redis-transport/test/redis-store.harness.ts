import { type StoreHarness } from '@switchboard/delivery/testing';
import { Keys } from '../src/streams/keys.js';
import { fieldOf } from '../src/streams/entry-decoder.js';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { RedisStreamStore, storeDefaults } from '../src/streams/redis-stream-store.js';

/** Number of partitions the tests look at; streams of the tests have at most that many. */
const PARTITIONS = 16;

/** Runs the engine's contract against the Redis at `url()`. */
export function redisHarness(url: () => string): StoreHarness {
  const keyPrefix = 'test:';
  const keys = new Keys(keyPrefix);
  const settings = () => ({ url: url(), keyPrefix });
  const each = <T>(act: (partition: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => act(partition)));
  const using = async <T>(act: (client: import('ioredis').Redis) => Promise<T>): Promise<T> => {
    const connections = new RedisConnections(settings(), 'harness');
    try {
      return await act(connections.open('command'));
    } finally {
      await connections.close();
    }
  };

  return {
    async open(partitions) {
      const connections = new RedisConnections(settings(), 'contract');
      const store = new RedisStreamStore(connections, { ...storeDefaults, partitions });
      return { store, close: () => connections.close() };
    },
    lines: (stream) =>
      using(async (client) => {
        const entries = await each((partition) => client.xrange(keys.stream(stream, partition), '-', '+'));
        return entries.flat().map(([, fields]) => fieldOf(fields, 'd') ?? '');
      }),
    pending: (stream, group) =>
      using(async (client) => {
        const counts = await each((partition) =>
          client.xpending(keys.stream(stream, partition), group).then(
            (reply) => Number((reply as unknown[])[0]),
            () => 0,
          ),
        );
        return counts.reduce((sum, count) => sum + count, 0);
      }),
    length: (stream) =>
      using(async (client) => {
        const lengths = await each((partition) => client.xlen(keys.stream(stream, partition)));
        return lengths.reduce((sum, length) => sum + length, 0);
      }),
    destroy: (stream) =>
      using(async (client) => {
        await each((partition) => client.del(keys.stream(stream, partition)));
      }),
    remember: async (stream) => {
      const kept = await using(async (client) => {
        const names = await client.keys(`${keyPrefix}${stream}*`);
        return Promise.all(names.map(async (name) => ({ name, dump: await client.dumpBuffer(name) })));
      });
      return () =>
        using(async (client) => {
          await client.del(await client.keys(`${keyPrefix}${stream}*`));
          // One lease time, since a dump holds no time to live.
          for (const { name, dump } of kept) await client.restore(name, name.includes(':lease:') ? 60_000 : 0, dump, 'REPLACE');
        });
    },
    writeForeign: (stream, partition) =>
      using(async (client) => {
        await client.xadd(keys.stream(stream, partition), '*', 'hello', 'world');
      }),
  };
}
