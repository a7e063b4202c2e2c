import { until } from '@switchboard/delivery/testing';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { type BuriedItem, ItemTakenAway, type QueueWorker, type TakenItem } from '../src/index.js';
import { QueueScene } from './queue.scene.js';

let redis: PrivateRedis;
let scene: QueueScene;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  scene = new QueueScene({ url: redis.url });
});
afterEach(() => scene.end());

const ids = (items: readonly TakenItem[]): string[] => items.map(({ id }) => id);

describe('the worker of an item', () => {
  it('keeps it for as long as it works on it, beyond the visibility time', async () => {
    const queue = scene.queue({ visibilityMs: 150 });
    await queue.put({ id: 'm', data: '' });
    const [item] = await scene.takeMany(queue.worker('w'), 1);
    const other = queue.worker('other');
    const stolen = other.take();
    const from = await scene.score(queue, 'm');
    await until('its time was extended often', async () => (await scene.score(queue, 'm')) > from + 500);
    expect(item?.signal.aborted).toBe(false);
    await item?.done();
    await other.stop();
    expect(await stolen).toBeUndefined();
  });

  it('loses it to another when it is not heard of, learns of it, and cannot end it any more', async () => {
    const frozen = scene.apart();
    const queue = frozen.queue({ visibilityMs: 150 });
    await queue.put({ id: 'm', data: '' });
    const [item] = (await scene.takeMany(queue.worker('frozen'), 1)) as [TakenItem];
    frozen.silence();
    const [again] = (await scene.takeMany(scene.queue({ visibilityMs: 150 }, queue.name).worker('w'), 1)) as [
      TakenItem,
    ];
    expect(again).toMatchObject({ id: 'm', attempt: 2 });
    frozen.speak();
    await until('the first knows', () => item.signal.aborted);
    expect(item.signal.reason).toBeInstanceOf(ItemTakenAway);
    await expect(item.done()).rejects.toBeInstanceOf(ItemTakenAway);
    await expect(item.bury('late')).rejects.toBeInstanceOf(ItemTakenAway);
    expect((await queue.counts()).processing).toBe(1);
    await again.done();
    await expect(item.retry(1)).rejects.toBeInstanceOf(ItemTakenAway);
    expect(await queue.counts()).toEqual(scene.empty);
  });

  it('gives back at its stop what was not begun and, after the grace, what was; all in order and without an attempt', async () => {
    const queue = scene.queue();
    await queue.putMany([1, 2, 3, 4].map((n) => ({ id: `m${n}`, data: '' })));
    const worker = queue.worker('w', { prefetch: 3 });
    const begun = (await worker.take()) as TakenItem;
    await until('three are taken ahead', async () => (await queue.counts()).processing === 4);
    await worker.stop({ graceMs: 50 });
    expect(begun.signal.aborted).toBe(true);
    expect(await worker.take()).toBeUndefined();
    const items = await scene.takeMany(queue.worker('next'), 4);
    expect(items.map(({ id, attempt }) => `${id} ${attempt}`).sort()).toEqual(['m1 1', 'm2 1', 'm3 1', 'm4 1']);
  });

  it('gets what it took although it also found dead letters and who is told of them fails', async () => {
    const retry = { maxAttempts: 1, minBackoffMs: 1, maxBackoffMs: 1 };
    const options = { visibilityMs: 150, retry };
    const frozen = scene.apart();
    const queue = frozen.queue(options);
    await queue.put({ id: 'deadly', data: 'its data' });
    await scene.takeMany(queue.worker('frozen'), 1);
    const score = await scene.score(queue, 'deadly');
    frozen.silence();
    await until('its time is over', async () => (await scene.serverTimeMs()) > score);
    const other = scene.queue(options, queue.name);
    await other.put({ id: 'next', data: '' });
    const told: BuriedItem[] = [];
    const onBuried = (items: readonly BuriedItem[]): void => {
      told.push(...items);
      throw new Error('who is told fails');
    };
    const [item] = await scene.takeMany(other.worker('w', { onBuried }), 1);
    expect(item).toMatchObject({ id: 'next', attempt: 1 });
    const reason = 'its worker was not heard of again';
    expect(told).toEqual([{ id: 'deadly', data: 'its data', attempts: 1, reason }]);
    frozen.speak();
    await item?.done();
    expect(await other.counts()).toEqual({ ...scene.empty, dead: 1 });
  });

  it('waits at its stop for what was begun', async () => {
    const queue = scene.queue();
    await queue.put({ id: 'm', data: '' });
    const worker = queue.worker('w');
    const item = (await worker.take()) as TakenItem;
    const stopped = worker.stop({ graceMs: 10_000 });
    await item.done();
    await stopped;
    expect(await queue.counts()).toEqual(scene.empty);
    expect(await queue.liveWorkers()).toBe(0);
  });

  it('leaves no item behind when takes are aborted at any moment', async () => {
    const queue = scene.queue({ lookEveryMs: 60_000, visibilityMs: 60_000 });
    const hasty = queue.worker('hasty');
    const steady = queue.worker('steady');
    const got = new Set<string>();
    const collect = (async () => {
      for (let item; (item = await steady.take()); await item.done()) got.add(item.id);
    })();
    const put = (async () => {
      for (let n = 0; n < 300; n++) await queue.put({ id: `m${n}`, data: '' });
    })();
    for (let n = 0; n < 300; n++) {
      const abort = new AbortController();
      const taken = hasty.take(abort.signal);
      setTimeout(() => abort.abort(), Math.random() * 3);
      const item = await taken;
      if (item) got.add(item.id);
      await item?.done();
    }
    await put;
    await until('all were handled', () => got.size === 300, 5_000);
    await steady.stop();
    await collect;
  });

  it('gives back at once what comes for a take that was aborted while it was on its way', async () => {
    const queue = scene.queue({ lookEveryMs: 60_000, visibilityMs: 60_000 });
    await queue.putMany(Array.from({ length: 200 }, (_, n) => ({ id: `m${n}`, data: '' })));
    const hasty = queue.worker('hasty');
    const got = new Set<string>();
    for (let n = 0; n < 200; n++) {
      const abort = new AbortController();
      const taken = hasty.take(abort.signal);
      for (let turn = 0; turn < n % 5; turn++) await new Promise(setImmediate);
      abort.abort();
      const item = await taken;
      if (item) got.add(item.id);
      await item?.done();
    }
    const rest = await scene.takeMany(queue.worker('steady'), 200 - got.size);
    expect(rest.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(new Set([...got, ...ids(rest)]).size).toBe(200);
  });

  it('is not called in vain: another is, when it has stopped waiting', async () => {
    const queue = scene.queue({ lookEveryMs: 60_000 });
    const steady = queue.worker('steady');
    const hasty = queue.worker('hasty');
    const abort = new AbortController();
    const taken = steady.take();
    await until('one waits', async () => (await scene.idle(queue)) === 1);
    const left = hasty.take(abort.signal);
    await until('two wait', async () => (await scene.idle(queue)) === 2);
    abort.abort();
    await left;
    await queue.put({ id: 'm', data: '' });
    expect((await taken)?.id).toBe('m');
  });

  it('counts as alive until it stops, so that a sender can see whether anybody is there', async () => {
    const queue = scene.queue();
    const worker: QueueWorker = queue.worker('w');
    void worker.take();
    await until('it is there', async () => (await queue.liveWorkers()) === 1);
    await worker.stop();
    expect(await queue.liveWorkers()).toBe(0);
  });
});

describe('many workers of many queues in one process', () => {
  it('need three connections, and leave no keys behind but the marks', async () => {
    const apart = scene.apart();
    const queues = Array.from({ length: 14 }, () => apart.queue());
    const workers = queues.flatMap((queue) => [queue.worker('a'), queue.worker('b')]);
    const done = Promise.all(
      workers.map(async (worker) => {
        for (let item; (item = await worker.take());) await item.done();
      }),
    );
    await Promise.all(
      queues.flatMap((queue) => Array.from({ length: 50 }, (_, n) => queue.put({ id: `m${n}`, data: '' }))),
    );
    await until('all are done', async () => {
      const counts = await Promise.all(queues.map((queue) => queue.counts()));
      return counts.every((count) => JSON.stringify(count) === JSON.stringify(scene.empty));
    });
    expect(await scene.connectionsOf(apart)).toBeLessThanOrEqual(3);
    await Promise.all(workers.map((worker) => worker.stop()));
    await done;
    const rest = (await Promise.all(queues.map(({ name }) => scene.keys(`${name}:*`)))).flat();
    expect(rest.filter((key) => !/:dedup$/.test(key))).toEqual([]);
    await apart.end();
    await until('no connection is left', async () => (await scene.connectionsOf(apart)) === 0);
  });

  it('share the work of one queue: each item has one worker', async () => {
    const queue = scene.queue();
    await queue.putMany(Array.from({ length: 500 }, (_, n) => ({ id: `m${n}`, data: '' })));
    const seen: string[] = [];
    const workers = ['a', 'b', 'c', 'd'].map((name) => queue.worker(name));
    const all = workers.map(async (worker) => {
      for (let item; (item = await worker.take()); await item.done()) seen.push(item.id);
    });
    await until('all are handled', () => seen.length >= 500);
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(all);
    expect(new Set(seen).size).toBe(500);
    expect(seen).toHaveLength(500);
  });
});
