import { type ConversationUpdate, feedStream, propertyChannel } from '@switchboard/message-schema';
import { partitionOf } from '@switchboard/delivery';
import { Keys } from '@switchboard/redis-transport';
import { Redis } from 'ioredis';

/** Writes a property's feed the way the delivery scripts do: XADD and PUBLISH as one. */
export class FeedWriter {
  readonly redis: Redis;
  private readonly keys: Keys;
  private written = 0;

  constructor(
    url: string,
    private readonly partitions: number,
    prefix = 'sb:',
  ) {
    this.redis = new Redis(url, { disableClientInfo: true });
    this.redis.on('error', () => undefined);
    this.keys = new Keys(prefix);
  }

  /** An update with a text of its own. */
  update(conversationId: string, change: Partial<ConversationUpdate> = {}): ConversationUpdate {
    const n = ++this.written;
    return {
      kind: 'guest.message',
      propertyId: 'demo',
      conversationId,
      channel: 'webchat',
      messageId: `${conversationId}:m${n}`,
      timestamp: new Date().toISOString(),
      text: `message ${n}`,
      from: 'guest',
      ...change,
    };
  }

  /** Writes and announces an update; without `announce` its announcement is lost. Answers the entry's id. */
  async write(update: ConversationUpdate, announce = true): Promise<string> {
    return this.writeText(update.propertyId, update.conversationId, JSON.stringify(update), announce);
  }

  /** Writes any text as an entry. */
  async writeText(propertyId: string, conversationId: string, text: string, announce = true): Promise<string> {
    const partition = partitionOf(conversationId, this.partitions);
    const key = this.keys.stream(feedStream(propertyId), partition);
    const channel = this.keys.channel(propertyChannel(propertyId));
    const script = `
      local id = redis.call('XADD', KEYS[1], '*', 'd', ARGV[1])
      if ARGV[3] == '1' then
        redis.call('PUBLISH', ARGV[2], cjson.encode({ p = tonumber(ARGV[4]), id = id, d = ARGV[1] }))
      end
      return id`;
    return (await this.redis.eval(script, 1, key, text, channel, announce ? '1' : '0', partition)) as string;
  }

  /** Redis key of a conversation's feed partition. */
  keyOf(propertyId: string, conversationId: string): string {
    return this.keys.stream(feedStream(propertyId), partitionOf(conversationId, this.partitions));
  }

  close(): void {
    this.redis.disconnect();
  }
}
