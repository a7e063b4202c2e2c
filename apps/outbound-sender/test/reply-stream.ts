import { partitionOf } from '@switchboard/delivery';
import {
  AgentReply,
  DeliveryNotice,
  type Envelope,
  envelopeOf,
  type NoticeStep,
  Streams,
} from '@switchboard/message-schema';
import { GuestWindow, Keys, RedisConnections } from '@switchboard/redis-transport';
import { waitFor } from '@switchboard/testing';
import { Redis } from 'ioredis';

export const PARTITIONS = 4;

/** Where the demo property's replies go. */
export const addresses = {
  chatwoot: { channel: 'chatwoot', source: 'demo-chatwoot', via: '1', to: '10' },
  whatsapp: { channel: 'whatsapp', source: 'demo-whatsapp', via: '106540352242922', to: '15551234567' },
  standard: { channel: 'standard', source: 'demo-standard', to: 'booking-4711' },
  webchat: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
} as const satisfies Record<string, AgentReply['replyTo']>;

/** Writes replies on the outbound stream and reads what came of them. */
export class ReplyStream {
  private readonly redis: Redis;
  private readonly keys = new Keys('sb:');
  private readonly connections: RedisConnections;
  private readonly window: GuestWindow;

  constructor(url: string) {
    this.redis = new Redis(url, { disableClientInfo: true });
    this.redis.on('error', () => undefined);
    this.connections = new RedisConnections({ url, keyPrefix: 'sb:' }, 'test');
    this.window = new GuestWindow(this.connections, PARTITIONS);
  }

  /** An agent says something in a conversation. */
  async say(
    id: string,
    replyTo: AgentReply['replyTo'],
    conversation: string,
    { text = id, timestamp }: { text?: string; timestamp?: string } = {},
  ): Promise<Envelope<AgentReply>> {
    const reply = envelopeOf(AgentReply, {
      message_id: id,
      ...(timestamp ? { timestamp } : {}),
      from_agent: 'agent:builtin',
      to_agent: `guest:${replyTo.to}`,
      property_id: 'demo',
      conversation_id: conversation,
      correlation_id: `trace-${id}`,
      payload: { text, author: 'bot', replyTo, inReplyTo: [`asked-${id}`] },
    });
    const key = this.keys.stream(Streams.outbound, partitionOf(conversation, PARTITIONS));
    await this.redis.xadd(key, '*', 'k', conversation, 'i', id, 'd', JSON.stringify(reply));
    return reply;
  }

  /** A guest's message came in. */
  async guestWrote(conversation: string, at: string): Promise<void> {
    await this.window.wrote(conversation, Date.parse(at));
  }

  /** The provider says how far a reply has come. */
  async hear(replyId: string, step: NoticeStep, code?: number): Promise<void> {
    const notice = envelopeOf(DeliveryNotice, {
      from_agent: 'property:demo',
      to_agent: 'property:demo',
      property_id: 'demo',
      conversation_id: replyId,
      payload: {
        replyId,
        step,
        at: new Date().toISOString(),
        providerMessageId: `wamid.${replyId}`,
        source: 'demo-whatsapp',
        ...(code === undefined ? {} : { code }),
      },
    });
    const key = this.keys.stream(Streams.deliveries, partitionOf(replyId, PARTITIONS));
    await this.redis.xadd(key, '*', 'k', replyId, 'i', notice.message_id, 'd', JSON.stringify(notice));
  }

  /** The JSON of the field `d` of all entries of a logical stream. */
  async entries<T>(stream: string): Promise<T[]> {
    const keys = Array.from({ length: PARTITIONS }, (_, partition) => this.keys.stream(stream, partition));
    const pages = await Promise.all(keys.map((key) => this.redis.xrange(key, '-', '+')));
    return pages.flat().map(([, fields]) => JSON.parse(fields[fields.indexOf('d') + 1] as string) as T);
  }

  /** The first entry of a stream that fits, as soon as there is one. */
  async awaitEntry<T>(stream: string, fits: (entry: T) => boolean): Promise<T> {
    const find = async () => (await this.entries<T>(stream)).find(fits);
    return (await waitFor(find, { describe: `an entry of ${stream}`, timeoutMs: 10_000 })) as T;
  }

  close(): void {
    this.redis.disconnect();
    void this.connections.close();
  }
}
