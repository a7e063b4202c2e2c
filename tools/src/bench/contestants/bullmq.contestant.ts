import { loadPeer } from '../peers/load-peer.js';
import { type BenchMessage } from '../load/bench-message.js';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant } from './contestant.js';

const QUEUE = 'bench';

interface Job {
  readonly data: { readonly k: string; readonly d: string };
}

interface BulkJob {
  readonly name: string;
  readonly data: Job['data'];
  readonly opts: { readonly jobId: string };
}

/** What is used of BullMQ. */
interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object, options: object): Promise<unknown>;
    addBulk(jobs: readonly BulkJob[]): Promise<unknown>;
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    handle: (job: Job) => Promise<void>,
    options: object,
  ) => {
    run(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): void;
    waitUntilReady(): Promise<unknown>;
    close(force?: boolean): Promise<void>;
  };
}

/** BullMQ with its usual settings, deduplicating by job id; finished jobs are removed. It keeps no order per key. */
export const bullmq: Contestant = {
  async openSender(plan) {
    const { Queue } = loadPeer<BullMq>(plan.peersFolder, 'bullmq');
    const queue = new Queue(QUEUE, { connection: connection(plan), defaultJobOptions: { removeOnComplete: true } });
    await queue.waitUntilReady();
    return {
      async send(messages) {
        const [first, ...more] = messages.map(jobOf) as [BulkJob, ...BulkJob[]];
        if (more.length === 0) await queue.add(first.name, first.data, first.opts);
        else await queue.addBulk([first, ...more]);
      },
      close: () => queue.close(),
    };
  },

  async openReceiver(plan, receive) {
    const { Worker } = loadPeer<BullMq>(plan.peersFolder, 'bullmq');
    const options = { connection: connection(plan), concurrency: plan.concurrency, autorun: false };
    const worker = new Worker(QUEUE, async ({ data }) => receive([data.d]), options);
    worker.on('error', (error) => console.error(error.message));
    await worker.waitUntilReady();
    return {
      start() {
        void worker.run();
        return Promise.resolve();
      },
      close: () => worker.close(true),
    };
  },
};

function jobOf({ key, id, data }: BenchMessage): BulkJob {
  return { name: 'm', data: { k: key, d: data }, opts: { jobId: id } };
}

function connection({ redisPort }: LoadPlan): object {
  return { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
}
