import { Redis } from 'ioredis';
import { type Contestant } from './contestant.js';

const CHANNEL = 'bench';

/** The least that can be done with Pub/Sub: pipelined PUBLISH and one SUBSCRIBE. */
export const bareBroadcast: Contestant = {
  openSender({ redisPort }) {
    const client = new Redis(redisPort, '127.0.0.1');
    return Promise.resolve({
      async send(messages) {
        const pipeline = client.pipeline();
        for (const { data } of messages) pipeline.publish(CHANNEL, data);
        for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
      },
      close: () => Promise.resolve(client.disconnect()),
    });
  },

  async openReceiver({ redisPort }, receive) {
    const client = new Redis(redisPort, '127.0.0.1');
    client.on('message', (_, data: string) => void receive([data]));
    await client.subscribe(CHANNEL);
    return { start: () => Promise.resolve(), close: () => Promise.resolve(client.disconnect()) };
  },
};
