import { type Redis } from 'ioredis';
import { type LoadPlan } from '../load/load-plan.js';
import { loadPeer } from '../peers/load-peer.js';
import { type Contestant } from './contestant.js';

const NAMESPACE = 'bench';

/** What is used of GroupMQ. */
interface GroupMq {
  Queue: new (options: object) => {
    add(job: { groupId: string; data: { d: string }; jobId: string }): Promise<unknown>;
    close(): Promise<void>;
  };
  Worker: new (options: object) => {
    run(): Promise<void>;
    close(gracefulTimeoutMs?: number): Promise<void>;
  };
}

/** GroupMQ, the peer that keeps order per group, with its batching of additions and deduplication by job id. */
export const groupmq: Contestant = {
  openSender(plan) {
    const { Queue } = loadPeer<GroupMq>(plan.peersFolder, 'groupmq');
    const redis = open(plan);
    const queue = new Queue({ redis, namespace: NAMESPACE, autoBatch: true });
    return Promise.resolve({
      send: (messages) =>
        Promise.all(messages.map(({ key, id, data }) => queue.add({ groupId: key, data: { d: data }, jobId: id }))),
      close: () => Promise.resolve(redis.disconnect()),
    });
  },

  openReceiver(plan, receive) {
    const { Queue, Worker } = loadPeer<GroupMq>(plan.peersFolder, 'groupmq');
    const redis = open(plan);
    const worker = new Worker({
      queue: new Queue({ redis, namespace: NAMESPACE }),
      concurrency: plan.concurrency,
      handler: async ({ data }: { data: { d: string } }) => receive([data.d]),
    });
    return Promise.resolve({
      start() {
        void worker.run();
        return Promise.resolve();
      },
      close: () => worker.close(100),
    });
  },
};

function open(plan: LoadPlan): Redis {
  const { Redis: Client } = loadPeer<{ Redis: typeof Redis }>(plan.peersFolder, 'ioredis');
  return new Client(plan.redisPort, '127.0.0.1', { maxRetriesPerRequest: null });
}
