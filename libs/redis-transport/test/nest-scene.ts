import { startRedis, type PrivateRedis } from '@switchboard/testing';
import { firstValueFrom } from 'rxjs';
import { RedisClient } from '../src/nest/redis.client.js';
import { type RunningConsumer } from '../src/testing/running-consumer.js';
import { type ConsumerTestOptions, startConsumer } from '../src/testing/start-consumer.js';

/** A Redis for a file of tests; each test has keys, handlers and a client of its own. */
export class NestScene {
  keyPrefix = '';
  consumer!: RunningConsumer;
  client!: RedisClient;
  private serial = 0;
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(readonly redis: PrivateRedis) {}

  /** Keeps the scene for the tests of the calling file. */
  static forTests(): NestScene {
    const scene = Object.create(NestScene.prototype) as NestScene;
    beforeAll(async () => Object.assign(scene, new NestScene(await startRedis())));
    beforeEach(() => scene.begin());
    afterEach(() => scene.end());
    afterAll(() => scene.redis?.stop());
    return scene;
  }

  async start(controllers: (new () => object)[], options: Partial<ConsumerTestOptions> = {}): Promise<void> {
    const { redis, keyPrefix } = this;
    this.consumer = await startConsumer(
      { controllers },
      { redisUrl: redis.url, keyPrefix, graceMs: 3_000, ...options },
    );
    this.closers.push(this.consumer.stop.bind(this.consumer));
  }

  /** One more client on the same keys. */
  openClient(timeoutMs: number): RedisClient {
    const { redis, keyPrefix } = this;
    const client = new RedisClient({ redis: { url: redis.url, keyPrefix }, partitions: 1, timeoutMs });
    this.closers.push(() => client.close());
    return client;
  }

  emit(pattern: Parameters<RedisClient['emit']>[0], message: unknown): Promise<unknown> {
    return firstValueFrom(this.client.emit(pattern, message));
  }

  ask<T = unknown>(address: string, body: unknown): Promise<T> {
    return firstValueFrom(this.client.send<T>(address, body));
  }

  private begin(): void {
    this.keyPrefix = `${++this.serial}:`;
    this.client = this.openClient(3_000);
  }

  private async end(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
  }
}
