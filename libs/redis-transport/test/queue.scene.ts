import { randomUUID } from 'node:crypto';
import { type Redis } from 'ioredis';
import {
  Keys,
  type QueueWorker,
  RedisConnections,
  type RedisSettings,
  type TakenItem,
  WorkQueue,
  type WorkQueueOptions,
} from '../src/index.js';

const keyPrefix = 'test:';

/** Queues of a test, on connections of their own, and what the test looks at. */
export class QueueScene {
  readonly name = `scene-${randomUUID()}`;
  readonly connections: RedisConnections;
  readonly empty = { waiting: { high: 0, normal: 0, low: 0 }, delayed: 0, processing: 0, dead: 0 };
  private readonly watch: Redis;
  private readonly others: QueueScene[] = [];
  private readonly workers: QueueWorker[] = [];

  constructor(
    private readonly access: Omit<RedisSettings, 'keyPrefix'>,
    private readonly open = (settings: RedisSettings, name: string) => new RedisConnections(settings, name),
  ) {
    this.connections = open({ ...access, keyPrefix }, this.name);
    this.watch = this.connections.open('command');
  }

  /** A queue of its own name, or another door to a queue. */
  queue(options: Partial<WorkQueueOptions> = {}, name = `task_queue.${randomUUID()}`): WorkQueue {
    return new WorkQueue(this.connections, new Keys(keyPrefix), name, options);
  }

  /** The same Redis over other connections, as another process has them. */
  apart(): QueueScene {
    const scene = new QueueScene(this.access, this.open);
    this.others.push(scene);
    return scene;
  }

  async takeMany(worker: QueueWorker, count: number): Promise<TakenItem[]> {
    if (!this.workers.includes(worker)) this.workers.push(worker);
    return (await Promise.all(Array.from({ length: count }, () => worker.take()))) as TakenItem[];
  }

  /** Nothing of what is written reaches Redis any more, as in a frozen process; what is waited for stays open. */
  silence(): void {
    for (const client of this.clients()) (client as unknown as Held).stream.cork();
  }

  speak(): void {
    for (const client of this.clients()) (client as unknown as Held).stream.uncork();
  }

  async keys(pattern: string): Promise<string[]> {
    return this.watch.keys(`${keyPrefix}${pattern}`);
  }

  async anyKey({ name }: WorkQueue): Promise<string> {
    await this.queue({}, name).put({ id: 'probe', data: '', delayMs: 3_600_000 });
    const [key] = await this.keys(`${name}:*:delayed`);
    return key as string;
  }

  async idle({ name }: WorkQueue): Promise<number> {
    const [key] = await this.keys(`${name}:*:idle`);
    return key ? this.watch.zcard(key) : 0;
  }

  /** When the item falls back. */
  async score({ name }: WorkQueue, id: string): Promise<number> {
    const [key] = await this.keys(`${name}:*:visible`);
    return Number(key ? await this.watch.zscore(key, id) : 0);
  }

  async serverTimeMs(): Promise<number> {
    const [seconds, micros] = (await this.watch.time()).map(Number) as [number, number];
    return seconds * 1_000 + micros / 1_000;
  }

  /** Scripts that were run so far. */
  async calls(): Promise<number> {
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await this.watch.info('commandstats'))?.[1] ?? 0);
  }

  /** Connections of another scene, its own watching one left out. */
  async connectionsOf(scene: QueueScene): Promise<number> {
    const list = String(await this.watch.client('LIST'));
    const all = list.split('\n').filter((line) => line.includes(`name=${scene.name}:`)).length;
    return Math.max(0, all - 1);
  }

  async end(): Promise<void> {
    await Promise.all(this.others.map((scene) => scene.end()));
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.connections.close();
  }

  private clients(): Redis[] {
    return [...(this.connections as unknown as { clients: Set<Redis> }).clients].filter(
      (client) => client !== this.watch,
    );
  }
}

interface Held {
  readonly stream: { cork(): void; uncork(): void };
}
