import { type MessageBus } from '@switchboard/message-bus';
import { acknowledge, next } from '@switchboard/message-bus/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';

describe('the message bus on a Redis whose memory is full', () => {
  let redis: PrivateRedis;
  let connections: RedisConnections;
  let bus: MessageBus;

  beforeAll(async () => {
    redis = await startRedis();
    connections = new RedisConnections({ url: redis.url, keyPrefix: 'f:' }, 'full');
    bus = openRedisMessageBus(connections, { service: 'test', member: 'm', storeTimeoutMs: 300, drainMs: 100 });
  });
  afterAll(async () => {
    await bus.close();
    await connections.close();
    await redis.stop();
  });

  const limit = (bytes: number) => askRedis(redis, ['CONFIG', 'SET', 'maxmemory', bytes]);
  const letter = (word: string) => ({ message_type: 'note', from_agent: 'a', to_agent: 'b', payload: { word } });

  it('refuses new messages with an error that says so, finishes what was begun, and goes on by itself', async () => {
    const inbox = bus.receiveMessages('b');
    for (const word of ['one', 'two', 'three']) await bus.sendMessage(letter(word));
    const begun = await next(inbox);
    await limit(1);
    const refused = await bus.sendMessage(letter('refused')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'NOT_STORED' });
    await begun.ack();
    expect(await acknowledge(inbox, 1)).toEqual(['two']);
    await limit(0);
    const { messageId } = refused as { messageId: string };
    await bus.sendMessage({ ...letter('refused'), message_id: messageId });
    await bus.sendMessage(letter('four'));
    expect(await acknowledge(inbox, 3)).toEqual(['three', 'refused', 'four']);
    expect(bus.counters).toMatchObject({ missing: 0, duplicates: 0 });
  });
});
