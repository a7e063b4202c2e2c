import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { fieldOf } from './entry-decoder.js';
import { Keys } from './keys.js';

/** What a group has not finished of a stream, over all partitions. */
export interface GroupBacklog {
  readonly group: string;
  /** Delivered and not acknowledged. */
  readonly pending: number;
  /** Not delivered yet. */
  readonly lag: number;
}

/** Where Redis itself cannot tell a lag (entries were deleted), at most this many entries are counted per partition. */
const MOST_COUNTED = 10_000;

/** Reads how far the groups of a stream are behind. */
export class BacklogReader {
  private readonly command: Redis;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    private readonly partitions: number,
  ) {
    this.command = connections.open('command');
    this.keys = new Keys(connections.keyPrefix);
  }

  async read(stream: string): Promise<GroupBacklog[]> {
    const parts = await Promise.all(
      Array.from({ length: this.partitions }, (_, partition) => this.ofPartition(this.keys.stream(stream, partition))),
    );
    const sums = new Map<string, { pending: number; lag: number }>();
    for (const { group, pending, lag } of parts.flat()) {
      const sum = sums.get(group) ?? { pending: 0, lag: 0 };
      sums.set(group, { pending: sum.pending + pending, lag: sum.lag + lag });
    }
    return [...sums].map(([group, sum]) => ({ group, ...sum }));
  }

  private async ofPartition(key: string): Promise<GroupBacklog[]> {
    if ((await this.command.exists(key)) === 0) return [];
    const groups = (await this.command.xinfo('GROUPS', key)) as string[][];
    return Promise.all(groups.map((fields) => this.ofGroup(key, fields)));
  }

  private async ofGroup(key: string, fields: readonly string[]): Promise<GroupBacklog> {
    const told = fieldOf(fields, 'lag');
    const lag = told ?? (await this.count(key, fieldOf(fields, 'last-delivered-id') ?? '0-0'));
    return { group: fieldOf(fields, 'name') ?? '', pending: Number(fieldOf(fields, 'pending')), lag: Number(lag) };
  }

  private async count(key: string, after: string): Promise<number> {
    return (await this.command.xrange(key, `(${after}`, '+', 'COUNT', MOST_COUNTED)).length;
  }
}
