import { partitionOf } from '@switchboard/delivery';
import { type Envelope, envelopeOf, GuestMessage, Streams } from '@switchboard/message-schema';
import { Keys } from '@switchboard/redis-transport';
import { type RedisAddress, unfinishedEntries, waitFor } from '@switchboard/testing';
import { Redis } from 'ioredis';

export const PARTITIONS = 4;

/** Writes guests' messages on the inbound stream and reads what came of them. */
export class GuestStream {
  private readonly redis: Redis;
  private readonly keys = new Keys('sb:');
  private readonly address: RedisAddress;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.address = { host: hostname, port: Number(port) };
    this.redis = new Redis(url, { disableClientInfo: true });
    this.redis.on('error', () => undefined);
  }

  /** A guest of the web chat says something. */
  async say(visitor: string, id: string, text = id): Promise<Envelope<GuestMessage>> {
    const conversation = `webchat:demo:${visitor}`;
    const message = envelopeOf(GuestMessage, {
      message_id: `${conversation}:${id}`,
      from_agent: `guest:${visitor}`,
      to_agent: 'property:demo',
      property_id: 'demo',
      conversation_id: conversation,
      correlation_id: `trace-${id}`,
      payload: {
        text,
        attachments: [],
        replyTo: { channel: 'webchat', source: 'demo-webchat', to: visitor },
        providerMessageId: id,
        providerTimestamp: '2026-01-02T03:04:05.678Z',
      },
    });
    await this.write(conversation, message.message_id, JSON.stringify(message));
    return message;
  }

  /** Any text as a stored message. */
  async write(conversation: string, id: string, data: string): Promise<void> {
    const key = this.keys.stream(Streams.inbound, partitionOf(conversation, PARTITIONS));
    await this.redis.xadd(key, '*', 'k', conversation, 'i', id, 'd', data);
  }

  /** The JSON of the field `d` of all entries of a logical stream. */
  async entries<T>(stream: string): Promise<T[]> {
    const keys = Array.from({ length: PARTITIONS }, (_, partition) => this.keys.stream(stream, partition));
    const pages = await Promise.all(keys.map((key) => this.redis.xrange(key, '-', '+')));
    return pages.flat().map(([, fields]) => JSON.parse(fields[fields.indexOf('d') + 1] as string) as T);
  }

  /** The entries of a stream as soon as there are so many. */
  async awaitEntries<T>(stream: string, count: number, timeoutMs = 10_000): Promise<T[]> {
    await waitFor(async () => (await this.entries(stream)).length >= count, {
      describe: `${count} entries of ${stream}`,
      timeoutMs,
    });
    return this.entries<T>(stream);
  }

  /** Messages that the group has not acknowledged, of all partitions. */
  async unfinished(stream: string, group: string): Promise<number> {
    const keys = Array.from({ length: PARTITIONS }, (_, partition) => this.keys.stream(stream, partition));
    const counts = await Promise.all(keys.map((key) => unfinishedEntries(this.address, key, group)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  close(): void {
    this.redis.disconnect();
  }
}
