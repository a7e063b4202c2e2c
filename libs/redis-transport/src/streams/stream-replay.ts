import { entryIdBefore, type StreamStore } from '@switchboard/delivery';
import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { fieldOf } from './entry-decoder.js';
import { Keys } from './keys.js';

/** Lets one group read a stream again, for example after a fault in its handler was mended. */
export class StreamReplay {
  private readonly command: Redis;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    private readonly store: StreamStore,
    private readonly partitions: number,
  ) {
    this.command = connections.open('command');
    this.keys = new Keys(connections.keyPrefix);
  }

  /** The groups that read the stream in any of its partitions. */
  async groups(stream: string): Promise<string[]> {
    const found = await Promise.all(this.all().map((partition) => this.groupsOf(stream, partition)));
    return [...new Set(found.flat())].sort();
  }

  /**
   * From now on the group is given everything again that is kept and was appended at or after a time, or after an entry
   * id; other groups see none of it. Running members begin anew by themselves. Partitions are changed one by one, and the
   * whole may be repeated.
   */
  async replay(stream: string, group: string, from: Date | string): Promise<void> {
    const after = typeof from === 'string' ? from : entryIdBefore(from);
    await Promise.all(this.all().map((partition) => this.store.rewind({ stream, group, partition }, after)));
  }

  private all(): number[] {
    return Array.from({ length: this.partitions }, (_, partition) => partition);
  }

  private async groupsOf(stream: string, partition: number): Promise<string[]> {
    const key = this.keys.stream(stream, partition);
    if ((await this.command.exists(key)) === 0) return [];
    const groups = (await this.command.xinfo('GROUPS', key)) as string[][];
    return groups.map((fields) => fieldOf(fields, 'name') ?? '');
  }
}
