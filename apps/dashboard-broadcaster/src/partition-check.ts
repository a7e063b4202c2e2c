import { PartitionCountMismatchError } from '@switchboard/delivery';
import { type Keys } from '@switchboard/redis-transport';
import { type Redis } from 'ioredis';

/**
 * Compares PARTITIONS with the number the streams were made with: with another number a part of the feeds would never be
 * seen. Passes when no stream exists yet.
 *
 * @throws PartitionCountMismatchError, or when Redis is away.
 */
export async function checkPartitions(redis: Redis, keys: Keys, stream: string, partitions: number): Promise<void> {
  const stored = await redis.hget(keys.meta(stream), 'partitions');
  if (stored !== null && Number(stored) !== partitions) {
    throw new PartitionCountMismatchError(stream, Number(stored), partitions);
  }
}
