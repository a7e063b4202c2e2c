import { type Redis } from 'ioredis';
import { type StoreHarness, until } from '@switchboard/delivery/testing';
import { BacklogReader } from '../src/streams/backlog-reader.js';
import { Keys } from '../src/streams/keys.js';
import { fieldOf } from '../src/streams/entry-decoder.js';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { type RedisSettings } from '../src/connections/redis-settings.js';
import { RedisStreamStore, storeDefaults } from '../src/streams/redis-stream-store.js';
import { whenReady } from '../src/topics/when-ready.js';

/** Number of partitions the tests look at; streams of the tests have at most that many. */
const PARTITIONS = 16;

const keyPrefix = 'test:';

/** Runs the engine's contract against the Redis that `access()` leads to. */
export function redisHarness(access: () => Omit<RedisSettings, 'keyPrefix'>, partitions = PARTITIONS): StoreHarness {
  const keys = new Keys(keyPrefix);
  const settings = () => ({ ...access(), keyPrefix });
  const each = <T>(act: (partition: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => act(partition)));
  const using = async <T>(act: (client: Redis) => Promise<T>): Promise<T> => {
    const connections = new RedisConnections(settings(), 'harness');
    try {
      const client = connections.open('command');
      // A cluster that is still being discovered has no masters to ask.
      await whenReady(client);
      return await act(client);
    } finally {
      await connections.close();
    }
  };

  return {
    partitions,
    async open(partitions, limits) {
      const connections = new RedisConnections(settings(), 'contract');
      const store = new RedisStreamStore(connections, { ...storeDefaults, partitions, ...limits });
      await until('the store is connected', () => isConnected(store));
      return { store, close: () => connections.close() };
    },
    lines: (stream) =>
      using(async (client) => {
        const entries = await each((partition) => client.xrange(keys.stream(stream, partition), '-', '+'));
        return entries.flat().map(([, fields]) => fieldOf(fields, 'd') ?? '');
      }),
    async pending(stream, group) {
      const connections = new RedisConnections(settings(), 'harness');
      try {
        await whenReady(connections.open('command'));
        const groups = await new BacklogReader(connections, PARTITIONS).read(stream);
        return groups.find((each) => each.group === group)?.pending ?? 0;
      } finally {
        await connections.close();
      }
    },
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
        const names = (await keysOf(client, stream)).filter((name) => name.includes('{p'));
        return Promise.all(names.map(async (name) => ({ name, dump: await client.dumpBuffer(name) })));
      });
      return () => using((client) => goBack(client, stream, kept));
    },
    writeForeign: (stream, partition) =>
      using(async (client) => {
        await client.xadd(keys.stream(stream, partition), '*', 'hello', 'world');
      }),
  };
}

/** Puts keys back as they were and removes those that came since; each partition's at one moment, as a failover does. */
async function goBack(client: Redis, stream: string, kept: readonly { name: string; dump: Buffer }[]): Promise<void> {
  const slotOf = (name: string): string => /\{p\d+\}/.exec(name)?.[0] ?? '';
  const now = (await keysOf(client, stream)).filter((name) => slotOf(name) !== '');
  for (const slot of new Set([...now, ...kept.map(({ name }) => name)].map(slotOf))) {
    const change = client.multi();
    for (const name of now) if (slotOf(name) === slot) change.del(name);
    for (const { name, dump } of kept) {
      // A dump holds no time to live; a lease must not stay for ever.
      if (slotOf(name) === slot) change.restore(name, name.includes(':lease:') ? 60_000 : 0, dump, 'REPLACE');
    }
    const results = (await change.exec()) ?? [];
    const failed = results.find(([error]) => error)?.[0];
    if (failed) throw failed;
  }
}

/** A test that counts calls must not begin with some that fail because the connection is still being made. */
async function isConnected(store: RedisStreamStore): Promise<boolean> {
  const [result] = await store.append([{ stream: 'warm-up', key: 'c', id: 'm', data: '' }]);
  return result?.status === 'stored' || result?.status === 'duplicate';
}

/** All keys of a stream and its companions, on whichever node. */
async function keysOf(client: Redis, stream: string): Promise<string[]> {
  const nodes =
    'nodes' in client ? (client as unknown as { nodes(role: 'master'): Redis[] }).nodes('master') : [client];
  return (await Promise.all(nodes.map((node) => node.keys(`${keyPrefix}${stream}*`)))).flat();
}
