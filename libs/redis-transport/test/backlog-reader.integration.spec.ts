import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { type Redis } from 'ioredis';
import { BacklogReader, type GroupBacklog, Keys, RedisConnections } from '../src/index.js';

describe('the backlog of a stream', () => {
  let redis: PrivateRedis;
  let connections: RedisConnections;
  let client: Redis;
  let stream = 0;
  const keys = new Keys('b:');
  const key = (partition = 0): string => keys.stream(`s${stream}`, partition);

  beforeAll(async () => {
    redis = await startRedis();
    connections = new RedisConnections({ url: redis.url, keyPrefix: 'b:' }, 'test');
    client = connections.open('command');
  });
  afterAll(async () => {
    await connections.close();
    await redis.stop();
  });
  beforeEach(() => (stream += 1));

  /** As many entries, one per partition in turn. */
  async function fill(count: number, partitions = 1): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push((await client.xadd(key(n % partitions), '*', 'd', String(n))) as string);
    return ids;
  }
  const take = (count: number, partition = 0) =>
    client.xreadgroup('GROUP', 'g', 'c', 'COUNT', count, 'STREAMS', key(partition), '>');
  const read = (partitions = 1): Promise<GroupBacklog[]> =>
    new BacklogReader(connections, partitions).read(`s${stream}`);
  async function toldLag(): Promise<unknown> {
    const [fields] = (await client.xinfo('GROUPS', key())) as unknown[][];
    return fields?.[fields.indexOf('lag') + 1];
  }
  const backlog = (pending: number, lag: number) => [
    { group: 'g', pending, lag, oldestAgeMs: expect.any(Number) as number },
  ];

  it('is told per group over all partitions, also where Redis reports no lag', async () => {
    const ids = await fill(6, 2);
    for (const partition of [0, 1]) await client.xgroup('CREATE', key(partition), 'g', '0');
    await take(1);
    await client.xdel(key(1), ids[3] as string);
    expect((await client.xinfo('GROUPS', key(1))) as unknown[]).toEqual([expect.arrayContaining(['lag', null])]);
    expect(await read(4)).toEqual(backlog(1, 4));
  });

  it.each<[string, (ids: string[]) => Promise<unknown>, number]>([
    ['an entry that waited was deleted', (ids) => client.xdel(key(), ids[5] as string), 7],
    ['the newest entry was deleted', (ids) => client.xdel(key(), ids[9] as string), 7],
    ['all that waited was deleted', (ids) => client.xdel(key(), ...ids.slice(2)), 0],
    ['entries that waited were trimmed', () => client.xtrim(key(), 'MAXLEN', 3), 3],
    ['everything was trimmed', () => client.xtrim(key(), 'MAXLEN', 0), 0],
    ['a delivered entry was deleted', (ids) => client.xdel(key(), ids[0] as string), 8],
    ['the group was rewound to the start', () => client.xgroup('SETID', key(), 'g', '0'), 10],
    ['the group was rewound by some entries', (ids) => client.xgroup('SETID', key(), 'g', ids[0] as string), 9],
    ['the group was moved to the end', () => client.xgroup('SETID', key(), 'g', '$'), 0],
    ['the group was moved beyond the end', () => client.xgroup('SETID', key(), 'g', '99999999999999-0'), 0],
  ])('counts what waits when %s', async (_what, change, lag) => {
    const ids = await fill(10);
    await client.xgroup('CREATE', key(), 'g', '0');
    await take(2);
    await change(ids);
    expect(await read()).toEqual(backlog(2, lag));
  });

  it('of a group that was created late, in the middle or at the end, is what comes after', async () => {
    const ids = await fill(5);
    await client.xgroup('CREATE', key(), 'g', ids[2] as string);
    await client.xgroup('CREATE', key(), 'late', '$');
    expect(await toldLag()).toBeNull();
    const all = await read();
    expect(all.map(({ group, lag }) => [group, lag])).toEqual([
      ['g', 2],
      ['late', 0],
    ]);
  });

  it('holds what stands in partitions where a group does not exist yet', async () => {
    await fill(6, 3);
    await client.xgroup('CREATE', key(0), 'g', '0');
    expect(await read(3)).toEqual(backlog(0, 6));
  });

  it('is nothing for a stream nobody wrote to', async () => {
    expect(await read(3)).toEqual([]);
  });

  describe('has an age, which', () => {
    const at = (agoMs: number): string => `${Date.now() - agoMs}-0`;
    const minute = 60_000;
    const age = async (partitions = 1): Promise<number> =>
      Math.round(((await read(partitions))[0]?.oldestAgeMs ?? -1) / minute);

    it('is that of the oldest message that is not acknowledged, delivered or not', async () => {
      const [first, second, third] = [at(30 * minute), at(20 * minute), at(10 * minute)] as const;
      for (const id of [first, second, third]) await client.xadd(key(), id, 'd', 'x');
      await client.xgroup('CREATE', key(), 'g', '0');
      expect(await age()).toBe(30);
      await take(2);
      expect(await age()).toBe(30);
      await client.xack(key(), 'g', first);
      expect(await age()).toBe(20);
      await client.xack(key(), 'g', second);
      expect(await age()).toBe(10);
      await take(1);
      await client.xack(key(), 'g', third);
      expect(await age()).toBe(0);
    });

    it('is that of the oldest in any partition, and right after a rewind and a deletion', async () => {
      const old = at(50 * minute);
      await client.xadd(key(0), at(5 * minute), 'd', 'x');
      await client.xadd(key(1), old, 'd', 'x');
      await client.xadd(key(1), at(40 * minute), 'd', 'x');
      for (const partition of [0, 1]) await client.xgroup('CREATE', key(partition), 'g', '$');
      expect(await age(2)).toBe(0);
      await client.xgroup('SETID', key(1), 'g', '0');
      expect(await age(2)).toBe(50);
      await client.xdel(key(1), old);
      expect(await age(2)).toBe(40);
    });

    it('is never negative, whatever a clock or a hand has written', async () => {
      await client.xadd(key(), '99999999999999-0', 'd', 'x');
      await client.xgroup('CREATE', key(), 'g', '0');
      expect(await age()).toBe(0);
    });
  });
});
