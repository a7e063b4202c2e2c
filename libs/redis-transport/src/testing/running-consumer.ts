import { type INestMicroservice } from '@nestjs/common';
import { compareEntryIds, type DeadLetter, partitionOf, type Publisher } from '@switchboard/delivery';
import { contractOf, deadLetterStream, encode, type Envelope, messageClassFor } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type HandlerExtras, type StreamExtras } from '../nest/handlers/handler-extras.js';
import { type RedisServer } from '../nest/redis.server.js';
import { fieldOf } from '../streams/entry-decoder.js';
import { Keys } from '../streams/keys.js';
import { type TestDraft, testMessage } from './fake-turn.js';
import { type TestOutcome } from './test-outcome.js';

/** How often Redis is asked for the end of a message, ms. */
const LOOK_EVERY_MS = 10;
const DEFAULT_TIMEOUT_MS = 10_000;

export interface ConsumerParts {
  readonly app: INestMicroservice;
  readonly server: RedisServer;
  readonly connections: RedisConnections;
  readonly publisher: Publisher;
  readonly streamNames: Readonly<Record<string, string>>;
  readonly partitions: number;
}

/** A consumer at work on the test's own Redis. */
export class RunningConsumer {
  /** Builds the names of this test's keys. */
  readonly keys: Keys;
  private readonly client: Redis;
  /** Entry id of each message published here. */
  private readonly entries = new Map<string, string>();

  constructor(private readonly parts: ConsumerParts) {
    this.keys = new Keys(parts.connections.keyPrefix);
    this.client = parts.connections.open('command');
  }

  get app(): INestMicroservice {
    return this.parts.app;
  }

  get server(): RedisServer {
    return this.parts.server;
  }

  /** Publishes a message of a class on its stream. @throws InvalidMessageError when it does not fit */
  async publish<P extends object>(
    messageClass: ClassConstructor<P>,
    draft: NoInfer<TestDraft<P>>,
  ): Promise<Envelope<P>> {
    const message = testMessage(messageClass, draft);
    await this.write(messageClass, message.conversation_id, message.message_id, encode(message));
    return message;
  }

  /** Stores any text as a message of a stream, to try what cannot be read. */
  async write(messageClass: ClassConstructor<object>, key: string, id: string, data: string): Promise<void> {
    const stream = this.streamOf(messageClass);
    const { entryId } = await this.parts.publisher.publish({ stream, key, id, data });
    this.entries.set(id, entryId);
  }

  /**
   * Waits until a message published here is done or dead.
   *
   * @param group where several of the module's handlers take it
   * @throws Error when that takes longer than `timeoutMs`
   */
  async outcomeOf(
    message: Envelope,
    { group, timeoutMs = DEFAULT_TIMEOUT_MS }: OutcomeOptions = {},
  ): Promise<TestOutcome> {
    const messageClass = messageClassFor(message.message_type, message.schema_version);
    const entryId = this.entries.get(message.message_id);
    if (!messageClass || !entryId) throw new Error('this message was not published here');
    const handler = this.handlerOf(messageClass, group);
    const giveUpAtMs = performance.now() + timeoutMs;
    for (;;) {
      const outcome = await this.look({ stream: this.streamOf(messageClass), group: handler.group, message, entryId });
      if (outcome) return outcome;
      if (performance.now() > giveUpAtMs)
        throw new Error(`the message was neither done nor dead after ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** All messages of a class on its stream, in order within each conversation. */
  async messages<P extends object>(messageClass: ClassConstructor<P>): Promise<Envelope<P>[]> {
    return this.lines<Envelope<P>>(this.streamOf(messageClass));
  }

  /** All lines of a log, for example of `audit:messages`. */
  async lines<T = unknown>(stream: string): Promise<T[]> {
    const indexes = Array.from({ length: this.parts.partitions }, (_, partition) => partition);
    const pages = await Promise.all(indexes.map((i) => this.client.xrange(this.keys.stream(stream, i), '-', '+')));
    return pages.flat().map(([, fields]) => JSON.parse(fieldOf(fields, 'd') ?? 'null') as T);
  }

  /** Drains and closes everything. */
  async stop(): Promise<void> {
    await this.parts.app.close();
    await this.parts.publisher.drain();
    await this.parts.connections.close();
  }

  private async look({ stream, group, message, entryId }: Sought): Promise<TestOutcome | undefined> {
    const key = this.keys.stream(stream, partitionOf(message.conversation_id, this.parts.partitions));
    const [groups, pending] = await Promise.all([
      this.client.xinfo('GROUPS', key) as Promise<string[][]>,
      this.client.xpending(key, group, entryId, entryId, 1),
    ]);
    const found = groups.find((each) => fieldOf(each, 'name') === group);
    const delivered = found && compareEntryIds(fieldOf(found, 'last-delivered-id') ?? '0-0', entryId) >= 0;
    // Letters are read after the pending entries: a letter is written together with the acknowledgement.
    const letters = await this.lines<DeadLetter>(deadLetterStream(stream));
    const letter = letters.find((each) => each.entryId === entryId && each.group === group);
    if (letter) return { kind: 'dead', reason: letter.reason, error: letter.error, letter };
    return delivered && pending.length === 0 ? { kind: 'done' } : undefined;
  }

  private handlerOf(messageClass: ClassConstructor<object>, group: string | undefined): StreamExtras {
    const { type } = contractOf(messageClass);
    const all = [...this.parts.server.getHandlers().values()].map(({ extras }) => extras as unknown as HandlerExtras);
    const found = all.filter((extras): extras is StreamExtras & { owner: string } => {
      return extras.kind === 'stream' && contractOf(extras.messageClass).type === type;
    });
    const [handler] = group === undefined ? found : found.filter((extras) => extras.group === group);
    if (handler) return handler;
    throw new Error(`the module has no handler of ${type}${group === undefined ? '' : ` in the group ${group}`}`);
  }

  private streamOf(messageClass: ClassConstructor<object>): string {
    const { stream } = contractOf(messageClass);
    return this.parts.streamNames[stream] ?? stream;
  }
}

export interface OutcomeOptions {
  readonly group?: string;
  readonly timeoutMs?: number;
}

interface Sought {
  readonly stream: string;
  readonly group: string;
  readonly message: Envelope;
  readonly entryId: string;
}
