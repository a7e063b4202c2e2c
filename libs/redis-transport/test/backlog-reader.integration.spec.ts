import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { BacklogReader, Keys, RedisConnections } from '../src/index.js';

describe('the backlog of a stream', () => {
  let redis: PrivateRedis;
  let connections: RedisConnections;
  beforeAll(async () => {
    redis = await startRedis();
    connections = new RedisConnections({ url: redis.url, keyPrefix: 'b:' }, 'test');
  });
  afterAll(async () => {
    await connections.close();
    await redis.stop();
  });

  it('is told per group over all partitions, also where Redis reports no lag', async () => {
    const client = connections.open('command');
    const keys = new Keys('b:');
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push((await client.xadd(keys.stream('s', n % 2), '*', 'd', String(n))) as string);
    for (const partition of [0, 1]) await client.xgroup('CREATE', keys.stream('s', partition), 'g', '0');
    await client.xreadgroup('GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', keys.stream('s', 0), '>');
    // Deleting an entry that was not delivered makes Redis forget the lag.
    await client.xdel(keys.stream('s', 1), ids[3] as string);
    expect((await client.xinfo('GROUPS', keys.stream('s', 1))) as unknown[]).toEqual([
      expect.arrayContaining(['lag', null]),
    ]);
    expect(await new BacklogReader(connections, 4).read('s')).toEqual([{ group: 'g', pending: 1, lag: 4 }]);
  });
});
