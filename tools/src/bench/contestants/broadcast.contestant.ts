import { Keys, RedisConnections, type Subscription, Topics } from '@switchboard/redis-transport';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant } from './contestant.js';

const TOPIC = 'events:bench:tick';
/** More than are ever on their way: a dropped one would never be received. */
const BUFFER = 1_000_000;

/** Broadcast over Switchboard's topics. */
export const broadcast: Contestant = {
  openSender(plan) {
    const { connections, topics } = open(plan, 'sender');
    return Promise.resolve({
      send: (messages) => Promise.all(messages.map(({ data }) => topics.publish(TOPIC, data))),
      close: () => connections.close(),
    });
  },

  async openReceiver(plan, receive) {
    const { connections, topics } = open(plan, 'receiver');
    const subscription: Subscription = topics.subscribe(TOPIC, { buffer: BUFFER });
    await subscription.ready;
    const loop = async (): Promise<void> => {
      for await (const { data } of subscription) await receive([data]);
    };
    return {
      start: () => {
        void loop();
        return Promise.resolve();
      },
      close: async () => {
        await subscription.return();
        await connections.close();
      },
    };
  },
};

function open({ redisPort }: LoadPlan, name: string): { connections: RedisConnections; topics: Topics } {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' }, name);
  return { connections, topics: new Topics(connections, new Keys(connections.keyPrefix)) };
}
