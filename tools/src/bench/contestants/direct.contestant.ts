import { Keys, type QueueWorker, RedisConnections, type TakenItem, WorkQueue } from '@switchboard/redis-transport';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive } from './contestant.js';

/** Direct messages over Switchboard's reliable work queue: deduplication, visibility, attempts, fenced ends. */
export const direct: Contestant = {
  openSender(plan) {
    const { connections, queue } = open(plan, 'sender');
    return Promise.resolve({
      send: (messages) => queue.putMany(messages.map(({ id, data }) => ({ id, data }))),
      close: () => connections.close(),
    });
  },

  openReceiver(plan, receive) {
    const { connections, queue } = open(plan, 'receiver');
    const worker = queue.worker('bench', { prefetch: plan.concurrency });
    return Promise.resolve({
      start: () => {
        for (let n = 0; n < plan.concurrency; n++) void work(worker, receive);
        return Promise.resolve();
      },
      close: async () => {
        await worker.stop();
        await connections.close();
      },
    });
  },
};

async function work(worker: QueueWorker, receive: Receive): Promise<void> {
  let item: TakenItem | undefined;
  while ((item = await worker.take())) {
    await receive([item.data]);
    await item.done();
  }
}

function open({ redisPort }: LoadPlan, name: string): { connections: RedisConnections; queue: WorkQueue } {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' }, name);
  return { connections, queue: new WorkQueue(connections, new Keys(connections.keyPrefix), 'task_queue.bench') };
}
