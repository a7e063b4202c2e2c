import { Redis } from 'ioredis';

/** Looks into a Redis from outside the service. */
export class RedisContents {
  private readonly redis: Redis;

  constructor(url: string) {
    this.redis = new Redis(url, { disableClientInfo: true });
    this.redis.on('error', () => undefined);
  }

  /** Every key with all that is in it. */
  async everything(): Promise<Record<string, string | null>> {
    const keys = (await this.redis.keys('*')).sort();
    const dumps = await Promise.all(keys.map((key) => this.redis.dumpBuffer(key)));
    return Object.fromEntries(keys.map((key, i) => [key, dumps[i]?.toString('hex') ?? null]));
  }

  /** The JSON of the field `d` of all entries of a logical stream, over all partitions. */
  async entries<T = Record<string, unknown>>(stream: string): Promise<T[]> {
    const keys = (await this.redis.keys(`sb:${stream}:{p*}`)).sort();
    const pages = await Promise.all(keys.map((key) => this.redis.xrange(key, '-', '+')));
    return pages.flat().map(([, fields]) => JSON.parse(fields[fields.indexOf('d') + 1] as string) as T);
  }

  /** Channels that somebody listens to. */
  async channels(): Promise<string[]> {
    return (await this.redis.pubsub('CHANNELS', '*')) as string[];
  }

  async clear(): Promise<void> {
    await this.redis.flushall();
  }

  async add(key: string, data: string): Promise<void> {
    await this.redis.xadd(key, '*', 'd', data);
  }

  close(): void {
    this.redis.disconnect();
  }
}
