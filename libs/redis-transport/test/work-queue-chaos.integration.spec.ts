import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, type RunningProcess, startProcess, startRedis } from '@switchboard/testing';
import { QueueScene } from './queue.scene.js';

const ITEMS = 3_000;
const CHAOS_MS = 8_000;

describe('workers that are killed and frozen at any moment', () => {
  let redis: PrivateRedis;
  let scene: QueueScene;
  const processes = new Set<RunningProcess>();
  beforeAll(async () => {
    redis = await startRedis();
    scene = new QueueScene({ url: redis.url });
  });
  afterAll(async () => {
    await Promise.all([...processes].map((worker) => worker.kill('SIGKILL')));
    await scene.end();
    await redis.stop();
  });

  let number = 0;
  const start = async (queue: string): Promise<RunningProcess> => {
    const worker = await startProcess({
      command: 'node',
      args: [
        '--import',
        '@swc-node/register/esm-register',
        '--conditions=@switchboard/source',
        join(import.meta.dirname, 'queue-worker.process.ts'),
        ...[redis.url, queue, `w${(number += 1)}`],
      ],
      cwd: join(import.meta.dirname, '../../..'),
      env: { NODE_OPTIONS: undefined, NODE_ENV: 'test' },
      readyWhen: /^ready$/,
    });
    processes.add(worker);
    return worker;
  };
  /** Kills, or freezes until the others have taken its items and then thaws. */
  const hurt = async (worker: RunningProcess, queue: string): Promise<void> => {
    if (Math.random() < 0.7) {
      await worker.kill('SIGKILL');
      processes.delete(worker);
      await start(queue);
    } else {
      await worker.freeze();
      await new Promise((resolve) => setTimeout(resolve, 900));
      worker.thaw();
    }
  };

  it('lose no item, and end with an empty queue', async () => {
    const queue = scene.queue({ visibilityMs: 600 }, `task_queue.${randomUUID()}`);
    await Promise.all([start(queue.name), start(queue.name), start(queue.name)]);
    const putting = (async () => {
      for (let n = 0; n < ITEMS; n += 10) {
        const priority = (['high', 'normal', 'low'] as const)[n % 3] ?? 'low';
        const ids = Array.from({ length: 10 }, (_, i) => `m${n + i}`);
        await queue.putMany(ids.map((id) => ({ id, data: id, priority, delayMs: n % 4 === 0 ? 30 : 0 })));
        await new Promise((resolve) => setTimeout(resolve, (CHAOS_MS * 10) / ITEMS));
      }
    })();
    for (const end = performance.now() + CHAOS_MS; performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      const all = [...processes];
      await hurt(all[Math.floor(Math.random() * all.length)] as RunningProcess, queue.name);
    }
    await putting;
    await until(
      'all is done',
      async () => JSON.stringify(await queue.counts()) === JSON.stringify(scene.empty),
      10_000,
    );
    expect(await askRedis(redis, ['HLEN', 'test:effects'])).toBe(ITEMS);
    await Promise.all([...processes].map((worker) => worker.kill('SIGKILL')));
    await until('no worker counts as alive', async () => (await queue.liveWorkers()) === 0);
    expect((await scene.keys(`${queue.name}:*`)).filter((key) => /processing|takes|items|visible/.test(key))).toEqual(
      [],
    );
  }, 60_000);
});
