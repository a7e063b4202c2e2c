import { until } from '@switchboard/delivery/testing';
import { type RedisCluster, type SentinelSet, startCluster, startRedis, startSentinelSet } from '@switchboard/testing';
import { type QueueWorker, type WorkQueue } from '../src/index.js';
import { QueueScene } from './queue.scene.js';

/** Puts with retries, as a sender does that wants its item to arrive. */
async function putSurely(queue: WorkQueue, id: string): Promise<void> {
  for (;;) {
    try {
      await queue.put({ id, data: id });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function collect(worker: QueueWorker, into: Set<string>): Promise<void> {
  for (let item; (item = await worker.take());) {
    into.add(item.id);
    await item.done().catch(() => undefined);
  }
}

describe('a work queue behind Sentinels', () => {
  let set: SentinelSet;
  let scene: QueueScene;
  beforeAll(async () => {
    set = await startSentinelSet();
    scene = new QueueScene({ sentinels: set.sentinels, masterName: 'mymaster' });
  }, 60_000);
  afterAll(async () => {
    await scene.end();
    await set.stop();
  });

  it('loses nothing that was acknowledged when the master is killed, and goes on by itself', async () => {
    const queue = scene.queue({ ackReplicas: 'all', visibilityMs: 2_000 });
    const worker = queue.worker('w');
    const got = new Set<string>();
    const collecting = collect(worker, got);
    const acked = new Set<string>();
    let over = false;
    const putting = (async () => {
      for (let n = 0; !over; n++) {
        await putSurely(queue, `m${n}`);
        acked.add(`m${n}`);
      }
    })();
    await until('it runs', () => acked.size > 100);
    const master = await set.master();
    await master.kill();
    const before = acked.size;
    await until('puts are acknowledged again', () => acked.size > before + 50, 30_000);
    over = true;
    await putting;
    await until('all acknowledged were delivered', () => [...acked].every((id) => got.has(id)), 20_000);
    await worker.stop();
    await collecting;
  }, 90_000);
});

describe('a work queue in a Redis Cluster', () => {
  let cluster: RedisCluster;
  let scene: QueueScene;
  beforeAll(async () => {
    cluster = await startCluster();
    scene = new QueueScene({ clusterNodes: cluster.addresses });
  }, 60_000);
  afterAll(async () => {
    await scene.end();
    await cluster.stop();
  });

  it('works on every node, and calls waiting workers at once', async () => {
    const queues = Array.from({ length: 8 }, () => scene.queue({ lookEveryMs: 60_000 }));
    const got = queues.map(() => new Set<string>());
    const workers = queues.map((queue) => queue.worker('w'));
    const collecting = workers.map((worker, i) => collect(worker, got[i] as Set<string>));
    await until('all wait', async () => (await Promise.all(queues.map((queue) => queue.liveWorkers()))).every(Boolean));
    for (let round = 0; round < 5; round++) {
      await Promise.all(queues.map((queue) => queue.put({ id: `m${round}`, data: '' })));
      await until('all are there', () => got.every((ids) => ids.size === round + 1));
    }
    // An item is seen before its end has reached Redis.
    await Promise.all(workers.map((worker) => worker.stop({ graceMs: 5_000 })));
    await Promise.all(collecting);
    expect(await queues[0]?.counts()).toEqual(scene.empty);
  });

  it('tries a failed item again and lets items of a lost worker go to another', async () => {
    const queue = scene.queue({ visibilityMs: 200, retry: { maxAttempts: 3, minBackoffMs: 2, maxBackoffMs: 4 } });
    await queue.put({ id: 'm', data: '' });
    const gone = scene.apart();
    await gone.takeMany(gone.queue({ visibilityMs: 200 }, queue.name).worker('gone'), 1);
    await gone.connections.close();
    const [item] = await scene.takeMany(queue.worker('w'), 1);
    expect(item?.attempt).toBe(2);
    await item?.retry();
    const [again] = await scene.takeMany(queue.worker('x'), 1);
    expect(again?.attempt).toBe(3);
    expect(await again?.retry(1, 'no')).toBe('dead');
  });
});

describe('a work queue on a Redis that restarts', () => {
  it('has everything again, and what was in work comes back', async () => {
    const redis = await startRedis({ appendonly: 'always' });
    const scene = new QueueScene({ url: redis.url });
    try {
      const queue = scene.queue({ visibilityMs: 1_000 });
      await queue.putMany(Array.from({ length: 50 }, (_, n) => ({ id: `m${n}`, data: '' })));
      const worker = queue.worker('w');
      const begun = await scene.takeMany(worker, 10);
      await redis.kill();
      const endings = begun.map((item) => item.done());
      await redis.restart();
      await Promise.all(endings);
      const got = new Set<string>();
      const collecting = collect(worker, got);
      await until('the rest is done', async () => JSON.stringify(await queue.counts()) === JSON.stringify(scene.empty));
      expect(got.size).toBe(40);
      await worker.stop();
      await collecting;
    } finally {
      await scene.end();
      await redis.stop();
    }
  });
});
