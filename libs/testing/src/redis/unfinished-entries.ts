import { askRedis, type RedisAddress } from './ask-redis.js';

/** Entries of a stream that a group has not acknowledged, delivered or not; all of them while there is no such group. */
export async function unfinishedEntries(
  address: RedisAddress,
  key: string,
  group: string,
  timeoutMs?: number,
): Promise<number> {
  if ((await askRedis(address, ['EXISTS', key], timeoutMs)) === 0) return 0;
  const groups = (await askRedis(address, ['XINFO', 'GROUPS', key], timeoutMs)) as unknown[][];
  const mine = groups.find((fields) => fields.includes(group));
  if (!mine) return Number(await askRedis(address, ['XLEN', key], timeoutMs));
  const of = (name: string): number => {
    const count = mine[mine.indexOf(name) + 1];
    if (typeof count !== 'number') throw new Error(`Redis does not know the ${name} of ${group} in ${key}`);
    return count;
  };
  return of('pending') + of('lag');
}
