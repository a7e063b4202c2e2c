import { Consumer, consumerDefaults, Unrecoverable } from '@switchboard/delivery';
import {
  AgentReply,
  deadLetterStream,
  decodeAs,
  type Envelope,
  envelopeOf,
  GuestMessage,
  Streams,
} from '@switchboard/message-schema';
import { messageEffect, RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { Redis } from 'ioredis';

export const PARTITIONS = 4;

const replyTo = { channel: 'webchat', source: 'demo-webchat', to: 'v1' } as const;

/** Two groups on the inbound stream, of which one gives up what it is told to, and a stream of replies beside it. */
export class FailingGroups {
  /** Texts of the messages each group has handled, in order. */
  readonly handled: Record<string, string[]> = { 'agent-group': [], 'other-group': [] };
  /** While true, `agent-group` gives up every message. */
  failing = true;
  readonly redis: Redis;
  private readonly connections: RedisConnections;
  private readonly store: RedisStreamStore;
  private readonly consumers: Consumer[] = [];

  constructor(url: string) {
    this.redis = new Redis(url, { disableClientInfo: true });
    this.redis.on('error', () => undefined);
    this.connections = new RedisConnections({ url, keyPrefix: 'sb:' }, 'test');
    this.store = new RedisStreamStore(this.connections, { ...storeDefaults, partitions: PARTITIONS });
  }

  async start(): Promise<void> {
    for (const group of Object.keys(this.handled)) {
      const options = {
        ...consumerDefaults,
        partitions: PARTITIONS,
        member: `test-${group}`,
        stream: Streams.inbound,
        group,
      };
      const consumer = new Consumer(
        this.store,
        { ...options, deadLetterStream: deadLetterStream(Streams.inbound) },
        ({ messages }) => {
          if (group === 'agent-group' && this.failing) throw new Unrecoverable('told to fail');
          this.handled[group]?.push(...messages.map(({ data }) => decodeAs(GuestMessage, data).payload.text));
        },
      );
      this.consumers.push(consumer);
      await consumer.start();
    }
  }

  /** A guest writes a text, which is also the id. */
  async say(text: string, visitor = 'v1'): Promise<void> {
    const message = envelopeOf(GuestMessage, {
      ...this.about(text, visitor),
      payload: {
        text,
        attachments: [],
        replyTo,
        providerMessageId: text,
        providerTimestamp: '2026-01-02T03:04:05.678Z',
      },
    });
    await this.append(Streams.inbound, message);
  }

  /** A dead letter of the outbound stream, as the sender's group leaves it. */
  async loseReply(text: string): Promise<void> {
    const reply = envelopeOf(AgentReply, {
      ...this.about(text, 'v1'),
      payload: { text, author: 'bot', replyTo, inReplyTo: [] },
    });
    const { data } = messageEffect(Streams.outbound, reply);
    const letter = { stream: Streams.outbound, group: 'outbound-group', partition: 0, entryId: '1-1' };
    const rest = { key: reply.conversation_id, id: text, data, reason: 'unrecoverable', attempts: 1 };
    const text2 = JSON.stringify({ ...letter, ...rest, failedAt: reply.timestamp });
    await this.redis.xadd(`sb:${deadLetterStream(Streams.outbound)}:{p0}`, '*', 'd', text2);
  }

  async stop(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
    await this.connections.close();
    this.redis.disconnect();
  }

  private about(id: string, visitor: string) {
    return {
      message_id: id,
      from_agent: `guest:${visitor}`,
      to_agent: 'property:demo',
      property_id: 'demo',
      conversation_id: `webchat:demo:${visitor}`,
    };
  }

  private async append(stream: string, envelope: Envelope): Promise<void> {
    const { message_id: id, conversation_id: key } = envelope;
    const [result] = await this.store.append([{ stream, key, id, data: JSON.stringify(envelope) }]);
    if (result?.status !== 'stored') throw new Error(`not stored: ${result?.status}`);
  }
}
