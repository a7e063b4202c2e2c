import { Publisher } from '@switchboard/delivery';
import { RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { benchEnvelope } from '../load/bench-envelope.js';
import { type LoadPlan } from '../load/load-plan.js';
import { type Sender } from './contestant.js';

/** Where the contestants on streams keep them. */
export function openStreams(
  { redisPort, partitions }: LoadPlan,
  name: string,
): { connections: RedisConnections; store: RedisStreamStore } {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' }, name);
  return { connections, store: new RedisStreamStore(connections, { ...storeDefaults, partitions }) };
}

/** Sends whole messages of a class. */
export function openEnvelopeSender(plan: LoadPlan): Promise<Sender> {
  const { connections, store } = openStreams(plan, 'sender');
  const publisher = new Publisher(store);
  return Promise.resolve({
    send: (messages) =>
      Promise.all(
        messages.map((message) =>
          publisher.publish({ stream: 'bench', key: message.key, id: message.id, data: benchEnvelope(message) }),
        ),
      ),
    close: () => connections.close(),
  });
}
