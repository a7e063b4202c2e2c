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

describe('a queue in trouble', () => {
  it('goes on after SCRIPT FLUSH and FLUSHALL', async () => {
    const queue = scene.queue();
    const worker = queue.worker('w');
    for (const trouble of [['SCRIPT', 'FLUSH'], ['FLUSHALL']]) {
      const taken = worker.take();
      await until('it waits', async () => (await scene.idle(queue)) === 1);
      await askRedis(redis, trouble);
      await queue.put({ id: trouble.join(), data: '' });
      const item = await taken;
      expect(item?.id).toBe(trouble.join());
      await item?.done();
    }
  });

  it('tells a waiting worker when its key is of another type', async () => {
    const queue = scene.queue();
    const part = (await scene.anyKey(queue)).replace(/[^:]+$/, 'high');
    await askRedis(redis, ['SET', part, 'no list']);
    await expect(queue.worker('w').take()).rejects.toThrow('WRONGTYPE');
  });

  it('rejects a waiting take when the connections are closed', async () => {
    const apart = scene.apart();
    const queue = apart.queue();
    const taken = queue.worker('w').take();
    const outcome = expect(taken).rejects.toThrow('closed');
    await until('it waits', async () => (await scene.idle(queue)) === 1);
    await apart.connections.close();
    await outcome;
  });
});

describe('a Redis whose memory is full', () => {
  let small: PrivateRedis;
  let full: QueueScene;
  beforeAll(async () => {
    small = await startRedis({ config: ['maxmemory-policy noeviction'] });
    full = new QueueScene({ url: small.url });
  });
  afterAll(async () => {
    await full.end();
    await small.stop();
  });

  it('refuses new items, and everything that is there is still taken, ended, retried and buried', async () => {
    const queue = full.queue({ retry: { maxAttempts: 2, minBackoffMs: 2, maxBackoffMs: 4 }, visibilityMs: 200 });
    await queue.putMany(['done', 'twice', 'bury', 'later'].map((id) => ({ id, data: '' })));
    const worker = queue.worker('w');
    const [begun] = await full.takeMany(worker, 1);
    await askRedis(small, ['CONFIG', 'SET', 'maxmemory', '1']);
    await expect(queue.put({ id: 'new', data: '' })).rejects.toThrow('OOM');
    await begun?.done();
    const attempts: string[] = [];
    while (JSON.stringify(await queue.counts()) !== JSON.stringify({ ...full.empty, dead: 1 })) {
      const item = (await worker.take()) as TakenItem;
      attempts.push(`${item.id} ${item.attempt}`);
      if (item.id === 'bury') await item.bury('no');
      else if (item.id === 'later' && attempts.filter((line) => line === 'later 1').length === 1) await item.later(1);
      else if (item.id === 'twice' && item.attempt === 1) await item.retry();
      else await item.done();
    }
    expect(attempts.sort()).toEqual(['bury 1', 'later 1', 'later 1', 'twice 1', 'twice 2']);
    await askRedis(small, ['CONFIG', 'SET', 'maxmemory', '0']);
    expect(await queue.put({ id: 'new', data: '' })).toBe('stored');
  });

  it('lets the items of a worker that died go to another', async () => {
    const gone = full.apart();
    const queue = gone.queue({ visibilityMs: 100 });
    await queue.put({ id: 'm', data: '' });
    await full.takeMany(queue.worker('gone'), 1);
    await gone.connections.close();
    await askRedis(small, ['CONFIG', 'SET', 'maxmemory', '1']);
    const [item] = await full.takeMany(full.queue({ visibilityMs: 100 }, queue.name).worker('w'), 1);
    expect(item?.attempt).toBe(2);
    await item?.done();
    await askRedis(small, ['CONFIG', 'SET', 'maxmemory', '0']);
  });
});
