import { askRedis } from '../ask-redis.js';
import { RedisRefusal } from '../resp.js';
import { type Finding } from './redis-source.js';

/** Whether a server answers at a redis:// address. Its reason never repeats the address, which may hold a password. */
export async function probeServer(url: string): Promise<Finding> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'redis:' || !parsed.hostname)
    return { absent: 'it is no address of the form redis://host:port' };
  try {
    await askRedis(
      { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: Number(parsed.port || 6379) },
      ['PING'],
      2_000,
    );
  } catch (error) {
    // A server that wants a password first is there; the tests bring the password with the address.
    if (!(error instanceof RedisRefusal && error.code === 'NOAUTH')) return { absent: 'no Redis answers there' };
  }
  return { source: { kind: 'server', url } };
}
