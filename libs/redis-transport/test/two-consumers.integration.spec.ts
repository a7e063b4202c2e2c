import { randomUUID } from 'node:crypto';
import { Consumer, consumerDefaults, Publisher } from '@switchboard/delivery';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { RedisConnections, RedisStreamStore, storeDefaults } from '../src/index.js';

const PARTITIONS = 2;

it('two consumers of one process hear of their news without waiting for each other', async () => {
  const redis: PrivateRedis = await startRedis();
  const connections = new RedisConnections({ url: redis.url, keyPrefix: 'test:' }, 'two');
  const store = new RedisStreamStore(connections, { ...storeDefaults, partitions: PARTITIONS });
  const publisher = new Publisher(store);
  const heard: string[] = [];
  const consumers = ['one', 'other'].map((stream) => {
    const member = randomUUID();
    const options = { ...consumerDefaults, stream, group: 'g', member, partitions: PARTITIONS };
    return new Consumer(store, { ...options, deadLetterStream: `${stream}:dead` }, (turn) => {
      heard.push(turn.messages[0]?.id as string);
    });
  });
  try {
    await Promise.all(consumers.map((consumer) => consumer.start()));
    // A wait for news lasts 5 s: ten messages, one behind the other, would take most of a minute.
    const beganMs = performance.now();
    for (let n = 0; n < 10; n += 1) {
      const stream = n % 2 === 0 ? 'one' : 'other';
      await publisher.publish({ stream, key: `c${n}`, id: `m${n}`, data: '{}' });
      await waitFor(() => heard.includes(`m${n}`), { describe: `message ${n}`, timeoutMs: 20_000 });
    }
    expect(performance.now() - beganMs).toBeLessThan(15_000);
  } finally {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await publisher.drain();
    await connections.close();
    await redis.stop();
  }
}, 90_000);
