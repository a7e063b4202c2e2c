/** Begins the channels that are no topics. */
export const INTERNAL_ROOT = '!';

/** Builds every Redis key. All keys of one partition carry its hash tag, so that they share a Cluster slot. */
export class Keys {
  constructor(private readonly prefix: string) {}

  /** The Redis stream of one partition of a logical stream. */
  stream(stream: string, partition: number): string {
    return `${this.prefix}${stream}:{p${partition}}`;
  }

  /** Settings of a logical stream that never change: its number of partitions. */
  meta(stream: string): string {
    return `${this.prefix}${stream}:meta`;
  }

  /** Sorted set of living members of a group, by the time until which they live. */
  members(stream: string, group: string): string {
    return `${this.prefix}${stream}:members:${group}`;
  }

  /** Owner of a partition: fencing token and member, with a TTL. */
  lease(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:lease:${group}`;
  }

  /** Last fencing token given out. */
  fence(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:fence:${group}`;
  }

  /** The last new entry that an owner was handed out. */
  given(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:given:${group}`;
  }

  /** Hash of attempts by entry id. */
  attempts(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:attempts:${group}`;
  }

  /** Hash of parked conversations: the entry each waits at. */
  parked(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:parked:${group}`;
  }

  /** Hash of entry id to the data that takes the place of the entry's own, after an edit. */
  replaced(stream: string, partition: number, group: string): string {
    return `${this.stream(stream, partition)}:replaced:${group}`;
  }

  /** Hashes of entry ids by message id: the younger and the older half of the deduplication window. */
  dedup(stream: string, partition: number): [young: string, old: string] {
    const key = `${this.stream(stream, partition)}:dedup`;
    return [key, `${key}:old`];
  }

  /** Delayed messages: a sorted set of message ids by due time, and a hash of their contents. */
  delayed(stream: string, partition: number): [due: string, contents: string] {
    const key = `${this.stream(stream, partition)}:delayed`;
    return [key, `${key}:contents`];
  }

  /** A Pub/Sub channel. */
  channel(channel: string): string {
    return `${this.prefix}${channel}`;
  }

  /** A Pub/Sub channel between the processes of the transport; no pattern of a topic fits it (see `Topics.subscribe`). */
  internal(channel: string): string {
    return `${this.prefix}${INTERNAL_ROOT}${channel}`;
  }
}
