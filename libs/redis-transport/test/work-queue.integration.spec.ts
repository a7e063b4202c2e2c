import { until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { type TakenItem } from '../src/index.js';
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

describe('a work queue', () => {
  it('hands out what was put, with its data, in order within a priority', async () => {
    const queue = scene.queue();
    await queue.putMany([1, 2, 3, 4, 5].map((n) => ({ id: `m${n}`, data: `text ${n} \u0000 ü` })));
    const items = await scene.takeMany(queue.worker('w'), 5);
    expect(ids(items)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    expect(items[0]).toMatchObject({ data: 'text 1 \u0000 ü', priority: 'normal', attempt: 1 });
    await Promise.all(items.map((item) => item.done()));
    expect(await queue.counts()).toEqual(scene.empty);
  });

  it('lets a waiting worker have an item at once, without looking for it again and again', async () => {
    const queue = scene.queue({ lookEveryMs: 60_000 });
    const worker = queue.worker('w');
    await queue.put({ id: 'first', data: '' });
    await (await worker.take())?.done();
    const taken = worker.take();
    await until('it waits', async () => (await scene.idle(queue)) === 1);
    const before = await scene.calls();
    const start = performance.now();
    await queue.put({ id: 'm', data: '' });
    const item = await taken;
    expect(performance.now() - start).toBeLessThan(500);
    expect((await scene.calls()) - before).toBeLessThanOrEqual(2);
    await item?.done();
  });

  it('stores an id once, also when it is put at once from many sides and after it was finished', async () => {
    const queue = scene.queue();
    const puts = await Promise.all(Array.from({ length: 20 }, () => queue.put({ id: 'm', data: '' })));
    expect(puts.filter((put) => put === 'stored')).toHaveLength(1);
    const [item] = await scene.takeMany(queue.worker('w'), 1);
    await item?.done();
    expect(await queue.put({ id: 'm', data: '' })).toBe('duplicate');
    expect(await queue.counts()).toEqual(scene.empty);
  });

  it('forgets an id after the window, but not while its item is there', async () => {
    const queue = scene.queue({ dedupWindowMs: 30 });
    await queue.put({ id: 'm', data: '' });
    await until('the mark is gone', async () => (await scene.keys(`${queue.name}:*:dedup*`)).length === 0);
    expect(await queue.put({ id: 'm', data: '' })).toBe('duplicate');
    await (await scene.takeMany(queue.worker('w'), 1))[0]?.done();
    await until('it is new again', async () => (await queue.put({ id: 'm', data: '' })) === 'stored');
  });

  it('gives low its tenth and normal its three tenths under constant high load', async () => {
    const queue = scene.queue();
    for (const priority of ['high', 'normal', 'low'] as const) {
      await queue.putMany(Array.from({ length: 300 }, (_, n) => ({ id: `${priority}${n}`, data: '', priority })));
    }
    const worker = queue.worker('w');
    const share = { high: 0, normal: 0, low: 0 };
    for (let round = 0; round < 40; round++) {
      for (const item of await scene.takeMany(worker, 1 + (round % 9))) {
        share[item.priority] += 1;
        await item.done();
      }
    }
    const total = share.high + share.normal + share.low;
    expect(share.high / total).toBeCloseTo(0.6, 1);
    expect(share.normal / total).toBeCloseTo(0.3, 1);
    expect(share.low).toBeGreaterThanOrEqual(Math.floor(total / 10));
  });

  it('takes high before the others when there is little to do', async () => {
    const queue = scene.queue();
    for (const priority of ['low', 'normal', 'high'] as const) await queue.put({ id: priority, data: '', priority });
    expect(ids(await scene.takeMany(queue.worker('w'), 3))[0]).toBe('high');
  });

  it('keeps a delayed item back until it is due', async () => {
    const queue = scene.queue({ lookEveryMs: 60_000 });
    const worker = queue.worker('w');
    const taken = worker.take();
    const start = performance.now();
    await queue.put({ id: 'm', data: '', delayMs: 150 });
    expect((await queue.counts()).delayed).toBe(1);
    expect((await taken)?.id).toBe('m');
    expect(performance.now() - start).toBeGreaterThanOrEqual(145);
  });

  it('tries a failed item again ahead of the others, counting attempts, and makes it a dead letter after the last', async () => {
    const queue = scene.queue({ retry: { maxAttempts: 3, minBackoffMs: 2, maxBackoffMs: 4 } });
    await queue.put({ id: 'bad', data: 'x', priority: 'high' });
    const worker = queue.worker('w');
    const seen: number[] = [];
    for (let left = 3; left > 0; left--) {
      const item = (await worker.take()) as TakenItem;
      seen.push(item.attempt);
      expect(await item.retry(undefined, 'it broke')).toBe(left === 1 ? 'dead' : 'waiting');
    }
    expect(seen).toEqual([1, 2, 3]);
    const before = Date.now();
    const [letter] = await queue.deadLetters.list();
    expect(letter).toMatchObject({ id: 'bad', data: 'x', priority: 'high', attempts: 3, reason: 'it broke' });
    expect(Math.abs((letter?.failedAtMs ?? 0) - before)).toBeLessThan(5_000);
  });

  it('costs no attempt when an item is put off or given back', async () => {
    const queue = scene.queue({ retry: { maxAttempts: 1, minBackoffMs: 2, maxBackoffMs: 4 } });
    await queue.put({ id: 'm', data: '' });
    const worker = queue.worker('w');
    await (await worker.take())?.later(5);
    await (await worker.take())?.giveBack();
    expect((await worker.take())?.attempt).toBe(1);
  });

  it('replays and discards dead letters', async () => {
    const queue = scene.queue();
    await queue.putMany(['a', 'b'].map((id) => ({ id, data: id })));
    const worker = queue.worker('w');
    for (const item of await scene.takeMany(worker, 2)) await item.bury('no');
    expect(await queue.deadLetters.discard('b')).toBe(true);
    expect(await queue.deadLetters.replay('a')).toBe(true);
    expect(await queue.deadLetters.replay('a')).toBe(false);
    expect(await queue.deadLetters.discard('b')).toBe(false);
    const [again] = await scene.takeMany(worker, 1);
    expect(again).toMatchObject({ id: 'a', data: 'a', attempt: 1 });
    await again?.done();
    expect(await queue.counts()).toEqual(scene.empty);
  });

  it('writes the log lines of put and done with them, in the queue’s partition', async () => {
    const queue = scene.queue();
    const line = (d: string) => ({ kind: 'log', stream: `${queue.name}-audit`, fields: ['d', d], cap: 0 }) as const;
    await queue.put({ id: 'm', data: '', effects: [line('put')] });
    await queue.put({ id: 'm', data: '', effects: [line('again')] });
    const [item] = await scene.takeMany(queue.worker('w'), 1);
    await item?.done([line('done')]);
    const [stream] = await scene.keys(`${queue.name}-audit:*`);
    const entries = (await askRedis(redis, ['XRANGE', stream as string, '-', '+'])) as [string, string[]][];
    expect(entries.map(([, fields]) => fields[1])).toEqual(['put', 'done']);
  });

  it('refuses what goes beyond its backlog limit, and takes it again when there is room', async () => {
    const queue = scene.queue({ backlogLimit: 2 });
    await queue.putMany(['a', 'b'].map((id) => ({ id, data: '' })));
    await expect(queue.put({ id: 'c', data: '' })).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(await queue.put({ id: 'a', data: '' })).toBe('duplicate');
    await (await scene.takeMany(queue.worker('w'), 1))[0]?.done();
    expect(await queue.put({ id: 'c', data: '' })).toBe('stored');
  });

  it('passes a megabyte and NUL bytes unchanged', async () => {
    const queue = scene.queue();
    const data = `\u0000${'é'.repeat(500_000)}\u0000`;
    await queue.put({ id: 'big', data });
    expect((await scene.takeMany(queue.worker('w'), 1))[0]?.data).toBe(data);
  });
});
