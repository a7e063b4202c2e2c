import { feedStream } from '@switchboard/message-schema';
import { type Keys } from '@switchboard/redis-transport';
import { type Redis } from 'ioredis';
import { type FeedEntry, type RawEntry, updateTextOf } from './feed-entry.js';
import { BEGINNING, isAfter } from './positions.js';

/** What a partition's stream still holds. */
export interface Span {
  /** Oldest entry kept; `0-0` when none is. */
  readonly firstId: string;
  /** Newest entry there ever was. */
  readonly lastId: string;
  /** Entries were trimmed. */
  readonly trimmed: boolean;
}

/** One read of a partition. */
export interface Stretch {
  readonly entries: FeedEntry[];
  /** Last id read, also when that entry cannot be shown; undefined when there was none. */
  readonly lastId: string | undefined;
  /** The read was cut off at its limit: there may be more. */
  readonly full: boolean;
  /** Entries that are no updates of this property and were left out. */
  readonly unreadable: number;
}

/**
 * Reads the feed of one property from Redis, partition by partition. Every call touches one key, so that it works on a
 * Cluster too.
 */
export class FeedStreams {
  constructor(
    private readonly redis: Redis,
    private readonly keys: Keys,
    readonly propertyId: string,
    readonly partitions: number,
  ) {}

  /** Entries after `position`, at most `count`, through `throughId` (`+`: to the end). */
  async after(partition: number, position: string, count: number, throughId = '+'): Promise<Stretch> {
    const raw = (await this.redis.xrange(this.key(partition), `(${position}`, throughId, 'COUNT', count)) as RawEntry[];
    return this.stretch(partition, raw, count);
  }

  /** The newest `count` entries of a partition, oldest first. */
  async latest(partition: number, count: number): Promise<Stretch> {
    const raw = (await this.redis.xrevrange(this.key(partition), '+', '-', 'COUNT', count)) as RawEntry[];
    return this.stretch(partition, raw.reverse(), count);
  }

  /** First and last id of a partition. */
  async span(partition: number): Promise<Span> {
    const none: Span = { firstId: BEGINNING, lastId: BEGINNING, trimmed: false };
    let info: unknown[];
    try {
      info = (await this.redis.xinfo('STREAM', this.key(partition))) as unknown[];
    } catch (error) {
      if (error instanceof Error && error.message.includes('no such key')) return none;
      throw error;
    }
    return {
      firstId: String(valueOf(info, 'recorded-first-entry-id')),
      lastId: String(valueOf(info, 'last-generated-id')),
      trimmed: Number(valueOf(info, 'entries-added')) > Number(valueOf(info, 'length')),
    };
  }

  private stretch(partition: number, raw: readonly RawEntry[], count: number): Stretch {
    const entries: FeedEntry[] = [];
    for (const entry of raw) {
      const data = updateTextOf(entry, this.propertyId);
      if (data !== undefined) entries.push({ partition, id: entry[0], data });
    }
    return {
      entries,
      lastId: raw[raw.length - 1]?.[0],
      full: raw.length === count,
      unreadable: raw.length - entries.length,
    };
  }

  private key(partition: number): string {
    return this.keys.stream(feedStream(this.propertyId), partition);
  }
}

/**
 * True when reading on from `position` could leave something out: what followed it was trimmed, or the stream is not the
 * one the position came from (emptied, or set back by a failover).
 */
export function leavesGap(position: string, span: Span): boolean {
  if (isAfter(position, span.lastId)) return true;
  if (position === span.lastId || !span.trimmed) return false;
  return span.firstId === BEGINNING || isAfter(span.firstId, position);
}

function valueOf(info: readonly unknown[], name: string): unknown {
  return info[info.indexOf(name) + 1];
}
