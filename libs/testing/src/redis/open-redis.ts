import { obtainRedis } from './obtain/obtain-redis.js';
import { startRedis } from './start-redis.js';

/** A Redis of which only the address matters. */
export interface OpenRedis {
  url: string;
  /** Ends the server if it was started for us. */
  stop(): Promise<void>;
}

/**
 * A Redis for a test that kills and configures nothing: the server REDIS_TEST_URL names, or a private one. A server that
 * others use too is not emptied, so keep to a key prefix of your own.
 */
export async function openRedis(): Promise<OpenRedis> {
  const { source } = await obtainRedis('address');
  if (source.kind !== 'server') return startRedis();
  return { url: source.url, stop: () => Promise.resolve() };
}
