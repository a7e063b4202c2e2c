import { type Redis } from 'ioredis';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { webchatConversationId } from '@switchboard/channels';
import { partitionOf } from '@switchboard/delivery';
import { webchatStream } from '@switchboard/message-schema';
import { Keys, RedisConnections } from '@switchboard/redis-transport';

/** Injection token of the number of partitions. */
export const PARTITIONS = Symbol('PARTITIONS');

/** One line of a web chat with its place. */
export interface PlacedLine {
  /** Cursor: the entry's id. */
  readonly id: string;
  /** JSON of a `WebchatLine`. */
  readonly data: string;
}

export interface Visitor {
  readonly propertyId: string;
  readonly visitorId: string;
}

const PAGE = 200;

/** Reads what a visitor sees, from a cursor on, and tells when there is more. */
@Injectable()
export class LineReader implements OnModuleDestroy {
  private readonly command: Redis;
  private readonly subscriber: Redis;
  private readonly keys: Keys;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(
    connections: RedisConnections,
    @Inject(PARTITIONS) private readonly partitions: number,
  ) {
    this.command = connections.open('command');
    this.subscriber = connections.open('subscriber');
    this.keys = new Keys(connections.keyPrefix);
    this.subscriber.on('message', (channel: string) => this.tell(channel));
    // A subscription cut off by a lost connection may be gone without an error, so all are made anew.
    this.subscriber.on('ready', () => [...this.listeners.keys()].forEach((channel) => this.subscribe(channel)));
  }

  /** How many visitors' channels are listened to. */
  get listening(): number {
    return this.listeners.size;
  }

  /** Lines after the cursor, oldest first; at most a page. */
  async after(visitor: Visitor, cursor: string): Promise<PlacedLine[]> {
    const { propertyId, visitorId } = visitor;
    const partition = partitionOf(webchatConversationId(propertyId, visitorId), this.partitions);
    const key = this.keys.stream(webchatStream(propertyId, visitorId), partition);
    const entries = await this.command.xrange(key, `(${cursor}`, '+', 'COUNT', PAGE);
    return entries.map(([id, fields]) => ({ id, data: fields[1] as string }));
  }

  /**
   * Calls `listener` whenever there may be new lines; the answer ends it. Waits for nothing: the listener is called once
   * the subscription stands, so that what came in between is not missed.
   */
  listen({ propertyId, visitorId }: Visitor, listener: () => void): () => void {
    const channel = this.keys.channel(webchatStream(propertyId, visitorId));
    const known = this.listeners.get(channel);
    if (known) known.add(listener);
    else {
      this.listeners.set(channel, new Set([listener]));
      this.subscribe(channel);
    }
    return () => this.forget(channel, listener);
  }

  onModuleDestroy(): void {
    this.listeners.clear();
  }

  private subscribe(channel: string): void {
    this.subscriber.subscribe(channel).then(
      () => this.tell(channel),
      () => undefined,
    );
  }

  private forget(channel: string, listener: () => void): void {
    const listeners = this.listeners.get(channel);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.listeners.delete(channel);
    this.subscriber.unsubscribe(channel).catch(() => undefined);
  }

  private tell(channel: string): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }
}
