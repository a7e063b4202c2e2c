import { type PrivateRedis, startRedis } from '@switchboard/testing';

/** A fresh Redis, the same for every contestant: an append-only file, and no rewrite in the middle of a measurement. */
export function startBenchRedis(appendfsync: 'everysec' | 'always' = 'everysec'): Promise<PrivateRedis> {
  const config = [`appendfsync ${appendfsync}`, 'auto-aof-rewrite-percentage 0'];
  return startRedis({ appendonly: true, config });
}
