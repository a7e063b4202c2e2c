import { type Redis } from 'ioredis';
import { Inject, Injectable } from '@nestjs/common';
import { type InboundDraft } from '@switchboard/channels';
import { partitionOf } from '@switchboard/delivery';
import { Streams } from '@switchboard/message-schema';
import { Keys, RedisConnections } from '@switchboard/redis-transport';
import { INBOUND_STREAM } from '../intake.js';
import { PARTITIONS } from '../webchat/line-reader.js';

/** Up to here everything of an account is known to be stored. */
export interface BackfillMark {
  /** Id of a message: Chatwoot numbers all of them in one row. */
  readonly messageId: number;
  /** Id of the newest message when the account was compared first: what was said before is not fetched. */
  readonly firstId: number;
  /** When that was found out, by our clock. */
  readonly atMs: number;
}

/** An account of a source. */
export interface MarkedAccount {
  readonly source: string;
  readonly account: number;
}

/** What the backfill remembers, in Redis, so that it outlives every ingress. */
@Injectable()
export class BackfillMarks {
  private readonly redis: Redis;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    @Inject(PARTITIONS) private readonly partitions: number,
    @Inject(INBOUND_STREAM) private readonly inbound: string,
  ) {
    this.redis = connections.open('command');
    this.keys = new Keys(connections.keyPrefix);
  }

  /** Calls `listener` whenever Redis is there again. */
  onReturn(listener: () => void): void {
    this.redis.on('ready', listener);
  }

  async read(of: MarkedAccount): Promise<BackfillMark | undefined> {
    const fields = await this.redis.hmget(this.keyOf(of), 'messageId', 'firstId', 'atMs');
    const [messageId, firstId, atMs] = fields.map(Number);
    return messageId && firstId && atMs ? { messageId, firstId, atMs } : undefined;
  }

  async write(of: MarkedAccount, { messageId, firstId, atMs }: BackfillMark): Promise<void> {
    await this.redis.hset(this.keyOf(of), { messageId, firstId, atMs });
  }

  /** True for one of several ingresses for a time. Two at once would do no harm, only the same work. */
  async claim(of: MarkedAccount, forMs: number): Promise<boolean> {
    return (await this.redis.set(`${this.keyOf(of)}:claim`, '1', 'PX', forMs, 'NX')) === 'OK';
  }

  /** Lets another one begin before the time of the claim is over. */
  async release(of: MarkedAccount): Promise<void> {
    await this.redis.del(`${this.keyOf(of)}:claim`);
  }

  /**
   * Those of the messages that were neither given to agents nor shown to the staff within the deduplication window. Asked
   * before they are published: whose care a conversation is in may have changed since, and with it the way of a message.
   */
  async unknown(drafts: readonly InboundDraft[]): Promise<InboundDraft[]> {
    const known = await Promise.all(drafts.map((draft) => this.isKnown(draft)));
    return drafts.filter((_, i) => !known[i]);
  }

  private async isKnown({ conversationId, messageId }: InboundDraft): Promise<boolean> {
    const partition = partitionOf(conversationId, this.partitions);
    const marks = [this.inbound, Streams.auditMessages].flatMap((stream) => this.keys.dedup(stream, partition));
    const found = await Promise.all(marks.map((key) => this.redis.hexists(key, messageId)));
    return found.includes(1);
  }

  private keyOf({ source, account }: MarkedAccount): string {
    return this.keys.channel(`backfill:${source}:${account}`);
  }
}
