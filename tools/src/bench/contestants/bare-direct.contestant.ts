import { Redis } from 'ioredis';
import { type Contestant } from './contestant.js';

const LIST = 'bench';
const POP_COUNT = 1_000;
const BLOCK_SECONDS = 1;

/** The least that can be done with a list: pipelined RPUSH, and BLMPOP of many. What is popped is lost when its worker dies. */
export const bareDirect: Contestant = {
  openSender({ redisPort }) {
    const client = new Redis(redisPort, '127.0.0.1');
    return Promise.resolve({
      async send(messages) {
        const pipeline = client.pipeline();
        for (const { data } of messages) pipeline.rpush(LIST, data);
        for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
      },
      close: () => Promise.resolve(client.disconnect()),
    });
  },

  openReceiver({ redisPort }, receive) {
    const client = new Redis(redisPort, '127.0.0.1');
    let stopped = false;
    const loop = async (): Promise<void> => {
      while (!stopped) {
        const popped = await client.blmpop(BLOCK_SECONDS, 1, LIST, 'LEFT', 'COUNT', POP_COUNT);
        for (const data of popped?.[1] ?? []) await receive([data]);
      }
    };
    return Promise.resolve({
      start: () => {
        loop().catch((error: unknown) => {
          if (!stopped) throw error;
        });
        return Promise.resolve();
      },
      close: () => {
        stopped = true;
        return Promise.resolve(client.disconnect());
      },
    });
  },
};
