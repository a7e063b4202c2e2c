import { eventStream } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { RedisEventBus } from '../src/bus/redis-event-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';

const STREAM = eventStream('booking', 'made');
const CONVERSATIONS = 8;
const EVENTS = 400;

describe('two processes that were given one member name', () => {
  let redis: PrivateRedis;
  const opened: { events: RedisEventBus; connections: RedisConnections }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(opened.map(({ events }) => events.close()));
    await Promise.all(opened.map(({ connections }) => connections.close()));
    await redis.stop();
  });

  function open(): RedisEventBus {
    const connections = new RedisConnections({ url: redis.url, keyPrefix: 'm:' }, 'members');
    const store = { partitions: 4 };
    const consumer = { leaseTtlMs: 800 };
    const events = new RedisEventBus(connections, { service: 'test', member: 'twin', store, consumer });
    opened.push({ events, connections });
    return events;
  }

  it('are two members of a group: each event once, in the order of its conversation', async () => {
    const heard: string[] = [];
    const [first, second] = [open(), open()];
    for (const events of [first, second]) {
      await events.on(STREAM, 'g', async ({ message_id }) => {
        heard.push(message_id);
        await new Promise((resolve) => setImmediate(resolve));
      });
    }
    const said = Array.from({ length: EVENTS }, (_, n) => ({
      message_id: `e${n}`,
      conversation_id: `c${n % CONVERSATIONS}`,
    }));
    for (const ids of said) {
      await first.publish(STREAM, { ...ids, message_type: 'booking', from_agent: 'agent:desk', payload: {} });
    }
    await waitFor(() => new Set(heard).size === EVENTS, { timeoutMs: 20_000, describe: 'all came' });
    const order = (ids: readonly string[]) =>
      Array.from({ length: CONVERSATIONS }, (_, c) => ids.filter((id) => Number(id.slice(1)) % CONVERSATIONS === c));
    expect(order(heard)).toEqual(order(said.map(({ message_id }) => message_id)));
  });
});
