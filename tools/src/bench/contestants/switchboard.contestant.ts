import { Consumer, consumerDefaults, Publisher } from '@switchboard/delivery';
import { RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant } from './contestant.js';

const STREAM = 'bench';

/** Switchboard as the services use it: order per conversation, deduplication, leases and fenced commits. */
export const switchboard: Contestant = {
  openSender(plan) {
    const { connections, store } = open(plan, 'sender');
    const publisher = new Publisher(store);
    return Promise.resolve({
      send: (messages) => Promise.all(messages.map((message) => publisher.publish({ stream: STREAM, ...message }))),
      close: () => connections.close(),
    });
  },

  openReceiver(plan, receive) {
    const { connections, store } = open(plan, 'receiver');
    const alone = plan.quietMs === 0 ? { maxMessages: 1 } : {};
    const options = {
      ...consumerDefaults,
      stream: STREAM,
      group: 'bench-group',
      member: `bench-${process.pid}`,
      deadLetterStream: `${STREAM}:dead_letter`,
      partitions: plan.partitions,
      concurrency: plan.concurrency,
      batch: { ...consumerDefaults.batch, quietMs: plan.quietMs, ...alone },
    };
    const consumer = new Consumer(store, options, (turn) => receive(turn.messages.map(({ data }) => data)));
    return Promise.resolve({
      start: () => consumer.start(),
      close: async () => {
        await consumer.stop();
        await connections.close();
      },
    });
  },
};

function open(
  { redisPort, partitions }: LoadPlan,
  name: string,
): { connections: RedisConnections; store: RedisStreamStore } {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' }, name);
  return { connections, store: new RedisStreamStore(connections, { ...storeDefaults, partitions }) };
}
