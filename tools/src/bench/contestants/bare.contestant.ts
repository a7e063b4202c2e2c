import { Redis } from 'ioredis';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive, type Receiver, type Sender } from './contestant.js';

const STREAM = 'bench';
const GROUP = 'bench-group';
/** Entries per read: more gains nothing on this loop. */
const READ_COUNT = 1_000;
const BLOCK_MS = 1_000;

type Reply = [stream: string, entries: [id: string, fields: string[]][]][] | null;

/**
 * The least that can be done with Redis Streams: pipelined XADD; XREADGROUP, handle, and one XACK for what was read, on a
 * second connection and without waiting. One stream, one reader, no deduplication, no partitions, no fence.
 */
export const bare: Contestant = {
  openSender: (plan) => Promise.resolve(sender(open(plan))),
  openReceiver: async (plan, receive) => {
    const reading = open(plan);
    await reading.xgroup('CREATE', STREAM, GROUP, '0', 'MKSTREAM');
    return receiver(reading, open(plan), receive);
  },
};

function open({ redisPort }: LoadPlan): Redis {
  return new Redis(redisPort, '127.0.0.1');
}

function sender(client: Redis): Sender {
  return {
    async send(messages) {
      const pipeline = client.pipeline();
      for (const { key, id, data } of messages) pipeline.xadd(STREAM, '*', 'k', key, 'i', id, 'd', data);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },
    close: () => Promise.resolve(client.disconnect()),
  };
}

function receiver(reading: Redis, acknowledging: Redis, receive: Receive): Receiver {
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const reply = (await reading.xreadgroup(
        'GROUP',
        GROUP,
        'one',
        'COUNT',
        READ_COUNT,
        'BLOCK',
        BLOCK_MS,
        'STREAMS',
        STREAM,
        '>',
      )) as Reply;
      const ids: string[] = [];
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        const handled = receive([fields[5] as string]);
        if (handled) await handled;
        ids.push(id);
      }
      if (ids.length > 0) void acknowledging.xack(STREAM, GROUP, ...ids);
    }
  };
  return {
    start() {
      loop().catch((error: unknown) => {
        if (!stopped) throw error;
      });
      return Promise.resolve();
    },
    close() {
      stopped = true;
      reading.disconnect();
      acknowledging.disconnect();
      return Promise.resolve();
    },
  };
}
