import { randomBytes } from 'node:crypto';
import {
  Consumer,
  consumerDefaults,
  type ConsumerOptions,
  type DeadLetter,
  type DeliveryObserver,
  type Effect,
  entryIdBefore,
  Publisher,
  type Turn,
  type TurnMessage,
  Unrecoverable,
} from '@switchboard/delivery';
import {
  type BroadcastDraft,
  BusClosed,
  EventBus,
  type EventDeadLetter,
  type EventHandler,
  type EventListener,
  type EventListenerOptions,
  lineAbout,
  ListenerExists,
} from '@switchboard/message-bus';
import {
  agentMessage,
  type AgentMessage,
  deadLetterStream,
  decodeAgentMessage,
  encodeAgentMessage,
  eventStream,
} from '@switchboard/message-schema';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type AppendOptions } from '../streams/appender.js';
import { RedisStreamStore, storeDefaults } from '../streams/redis-stream-store.js';
import { auditEffects } from './audit-lines.js';
import { EventDeadLetters } from './event-dead-letters.js';

export interface RedisEventBusOptions {
  /** The service's name, for the audit trail. */
  readonly service: string;
  /** Name of this process; made unique, so that two of one name are two members of a group. */
  readonly member: string;
  readonly store?: Partial<AppendOptions>;
  /** What holds for all listeners unless they say otherwise. */
  readonly consumer?: Partial<
    Pick<ConsumerOptions, 'retry' | 'concurrency' | 'leaseTtlMs' | 'drainMs' | 'retentionMs'>
  >;
  readonly observer?: DeliveryObserver;
}

/** Events on partitioned Redis Streams, handled by the delivery engine. */
export class RedisEventBus extends EventBus {
  private readonly store: RedisStreamStore;
  private readonly partitions: number;
  private readonly publisher: Publisher;
  private readonly letters: EventDeadLetters;
  private readonly declared = new Map<string, Promise<void>>();
  /** By stream and group: the engine knows a member of a group by one name, so a process can be only one of them. */
  private readonly consumers = new Map<string, Consumer>();
  private readonly member: string;
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor(
    connections: RedisConnections,
    private readonly options: RedisEventBusOptions,
  ) {
    super();
    this.member = `${options.member}-${randomBytes(6).toString('base64url')}`;
    const store = { ...storeDefaults, ...options.store };
    this.partitions = store.partitions;
    this.store = new RedisStreamStore(connections, store);
    this.publisher = new Publisher(this.store, undefined, options.observer);
    this.letters = new EventDeadLetters(connections, store.partitions);
  }

  async publish(stream: string, draft: BroadcastDraft): Promise<AgentMessage> {
    if (this.closed) throw new BusClosed();
    assertEventStream(stream);
    const message = agentMessage({ ...draft, to_agent: stream });
    const request = {
      stream,
      key: keyOf(message),
      id: message.message_id,
      data: encodeAgentMessage(message),
      effects: this.audited(message, 'published', message.from_agent),
    };
    await this.declare(stream);
    await this.publisher.publish(request);
    return message;
  }

  async on(
    stream: string,
    group: string,
    handler: EventHandler,
    options: EventListenerOptions = {},
  ): Promise<EventListener> {
    if (this.closing) throw new BusClosed();
    assertEventStream(stream);
    const name = `${stream}\n${group}`;
    if (this.consumers.has(name)) throw new ListenerExists(stream, group);
    const consumer = new Consumer(
      this.store,
      this.consumerOptions(stream, group, options),
      (turn) => this.handle(turn, handler),
      this.options.observer,
    );
    this.consumers.set(name, consumer);
    try {
      await consumer.start();
    } catch (error) {
      this.consumers.delete(name);
      throw error;
    }
    return {
      stop: async () => {
        await consumer.stop();
        if (this.consumers.get(name) === consumer) this.consumers.delete(name);
      },
    };
  }

  async replay(stream: string, group: string, from: Date | string): Promise<void> {
    assertEventStream(stream);
    const after = typeof from === 'string' ? from : entryIdBefore(from);
    const partitions = Array.from({ length: this.partitions }, (_, partition) => partition);
    await Promise.all(partitions.map((partition) => this.store.rewind({ stream, group, partition }, after)));
  }

  deadLetters(stream: string, limit = 100): Promise<EventDeadLetter[]> {
    assertEventStream(stream);
    return this.letters.list(stream, limit);
  }

  async replayDeadLetters(stream: string, id?: string): Promise<number> {
    assertEventStream(stream);
    if (id === undefined) return this.letters.replayAll(stream);
    return (await this.letters.replay(id)) ? 1 : 0;
  }

  discardDeadLetter(id: string): Promise<boolean> {
    return this.letters.discard(id);
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** Handlers that finish may publish what follows from their event, so publishing ends last. */
  private async end(): Promise<void> {
    await Promise.all([...this.consumers.values()].map((consumer) => consumer.stop()));
    this.consumers.clear();
    this.closed = true;
    await this.publisher.drain();
  }

  /** One event per turn, so that a failure repeats no neighbour. */
  private consumerOptions(stream: string, group: string, options: EventListenerOptions): ConsumerOptions {
    const { maxAttempts, minBackoffMs, maxBackoffMs, concurrency } = options;
    const { consumer } = this.options;
    return {
      ...consumerDefaults,
      ...consumer,
      ...(concurrency === undefined ? {} : { concurrency }),
      retry: {
        ...consumerDefaults.retry,
        ...consumer?.retry,
        ...(maxAttempts === undefined ? {} : { maxAttempts }),
        ...(minBackoffMs === undefined ? {} : { minBackoffMs }),
        ...(maxBackoffMs === undefined ? {} : { maxBackoffMs }),
      },
      batch: { ...consumerDefaults.batch, maxMessages: 1 },
      partitions: this.partitions,
      stream,
      group,
      member: this.member,
      deadLetterStream: deadLetterStream(stream),
      onDeadLetter: (letter) => this.auditedDeath(letter),
    };
  }

  private async handle(turn: Turn, handler: EventHandler): Promise<void> {
    const { entryId, data, attempt } = turn.messages[0] as TurnMessage;
    const event = decodeAgentMessage(data);
    if (event.expires_at !== undefined && Date.parse(event.expires_at) <= Date.now())
      throw new Unrecoverable('expired');
    await handler(event, {
      entryId,
      attempt,
      get signal() {
        return turn.signal;
      },
    });
    for (const effect of this.audited(event, 'handled', turn.group)) turn.emit(effect);
  }

  private audited(message: AgentMessage, action: string, agent: string, reason?: string): Effect[] {
    const by = { service: this.options.service, agent, ...(reason === undefined ? {} : { reason }) };
    return auditEffects([lineAbout(message, action, by)]);
  }

  private auditedDeath({ data, group, reason }: DeadLetter): Effect[] {
    try {
      return this.audited(decodeAgentMessage(data), 'dead_lettered', group, reason);
    } catch {
      // What cannot be read says nothing about itself; the letter holds it as it is.
      return [];
    }
  }

  /** Once per stream; a failed declaration is tried again by the next call. */
  private declare(stream: string): Promise<void> {
    let declared = this.declared.get(stream);
    if (!declared) {
      declared = this.store.declareStream(stream, this.partitions);
      this.declared.set(stream, declared);
      declared.catch(() => this.declared.delete(stream));
    }
    return declared;
  }
}

/** Events of one conversation stay in order; without one, those of one sender. */
function keyOf({ conversation_id, from_agent }: AgentMessage): string {
  return conversation_id ?? from_agent;
}

/** @throws InvalidMessageError or TypeError for a name that `eventStream` does not make. */
function assertEventStream(stream: string): void {
  const [root, category = '', type = '', ...rest] = stream.split(':');
  if (root !== 'events' || rest.length > 0) {
    throw new TypeError('an event stream is named events:{category}:{type}; use eventStream(category, type)');
  }
  eventStream(category, type);
}
