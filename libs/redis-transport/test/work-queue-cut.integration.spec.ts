import { until } from '@switchboard/delivery/testing';
import { CuttingProxy, type PrivateRedis, startRedis } from '@switchboard/testing';
import { type TakenItem, type WorkQueue } from '../src/index.js';
import { QueueScene } from './queue.scene.js';

/** Ways to end the work on an item, and what is there afterwards. */
const endings: Record<string, { end: (item: TakenItem) => Promise<unknown>; left: 'nothing' | 'item' | 'letter' }> = {
  done: { end: (item) => item.done(), left: 'nothing' },
  retry: { end: (item) => item.retry(1), left: 'item' },
  later: { end: (item) => item.later(1), left: 'item' },
  bury: { end: (item) => item.bury('no'), left: 'letter' },
  giveBack: { end: (item) => item.giveBack(), left: 'item' },
};
type Loss = 'request' | 'reply';
const losses: Loss[] = ['request', 'reply'];
const options = { visibilityMs: 3_000, lookEveryMs: 200 };

describe('a work queue whose connection is cut at one step', () => {
  let redis: PrivateRedis;
  let direct: QueueScene;
  const parts: { proxy: CuttingProxy; scene: QueueScene }[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    direct = new QueueScene({ url: redis.url });
  });
  afterAll(async () => {
    await Promise.all(
      parts.map(async ({ proxy, scene }) => {
        proxy.heal();
        await scene.end();
        await proxy.close();
      }),
    );
    await direct.end();
    await redis.stop();
  });

  const open = async (): Promise<{ proxy: CuttingProxy; queue: WorkQueue; seen: WorkQueue }> => {
    const proxy = await CuttingProxy.to(redis.port);
    const scene = new QueueScene({ url: `redis://127.0.0.1:${proxy.port}` });
    parts.push({ proxy, scene });
    const queue = scene.queue(options);
    await queue.counts();
    return { proxy, queue, seen: direct.queue(options, queue.name) };
  };
  /** Loses the step's request or its reply, once. */
  const lose = async <T>(proxy: CuttingProxy, loss: Loss, step: () => Promise<T>): Promise<T> => {
    if (loss === 'reply') proxy.holdReplies();
    else proxy.blackhole();
    const held = proxy.heldReplyBytes;
    const going = step();
    going.catch(() => undefined);
    if (loss === 'reply') await until('the step was carried out', () => proxy.heldReplyBytes > held);
    else await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    proxy.dropHeld();
    return going;
  };
  const finishAll = async (queue: WorkQueue, count: number): Promise<number[]> => {
    const items = await direct.takeMany(queue.worker('finisher'), count);
    await Promise.all(items.map((item) => item.done()));
    expect(await queue.counts()).toEqual(direct.empty);
    return items.map(({ attempt }) => attempt);
  };

  it('has an item once when it is put again after an error', async () => {
    await Promise.all(
      losses.map(async (loss) => {
        const { proxy, queue, seen } = await open();
        await queue.put({ id: 'first', data: '' });
        await expect(lose(proxy, loss, () => queue.put({ id: 'm', data: '' }))).rejects.toThrow();
        await until('it is stored', async () => (await queue.put({ id: 'm', data: '' }).catch(() => '')) !== '');
        expect((await finishAll(seen, 2)).length).toBe(2);
      }),
    );
  });

  it('delivers what a take lost on its way, to the same waiting worker, after the visibility time', async () => {
    await Promise.all(
      losses.map(async (loss) => {
        const { proxy, queue, seen } = await open();
        await queue.putMany(['first', 'm'].map((id) => ({ id, data: '' })));
        const worker = queue.worker('w');
        const first = (await worker.take()) as TakenItem;
        const item = (await lose(proxy, loss, () => worker.take())) as TakenItem;
        expect(item).toMatchObject({ id: 'm', attempt: loss === 'reply' ? 2 : 1 });
        await Promise.all([first.done(), item.done()]);
        expect(await seen.counts()).toEqual(direct.empty);
        await worker.stop();
      }),
    );
  });

  it('ends an item once, however the ending is cut off, and its caller learns that it worked', async () => {
    await Promise.all(
      Object.values(endings).flatMap(({ end, left }) =>
        losses.map(async (loss) => {
          const { proxy, queue, seen } = await open();
          await queue.put({ id: 'm', data: '' });
          const worker = queue.worker('w');
          const item = (await worker.take()) as TakenItem;
          await lose(proxy, loss, () => end(item));
          if (left === 'item') await finishAll(seen, 1);
          expect(await seen.counts()).toEqual({ ...direct.empty, dead: left === 'letter' ? 1 : 0 });
          await worker.stop();
        }),
      ),
    );
  });
});
