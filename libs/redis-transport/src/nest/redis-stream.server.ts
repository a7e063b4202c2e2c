import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import {
  Consumer,
  consumerDefaults,
  type ConsumerOptions,
  type DeliveryObserver,
  type StreamStore,
  type Turn,
} from '@switchboard/delivery';
import { contractOf, deadLetterStream, decodeAs } from '@switchboard/message-schema';
import { isObservable, lastValueFrom } from 'rxjs';
import { type StreamHandlerExtras } from './stream-handler.decorator.js';
import { TurnContext } from './turn-context.js';

export interface RedisStreamServerOptions {
  readonly store: StreamStore;
  /** Unique name of this process among the members of its groups. */
  readonly member: string;
  /** What holds for all handlers of this service unless the decorator says otherwise. */
  readonly consumer?: Partial<Omit<ConsumerOptions, 'stream' | 'group' | 'member' | 'deadLetterStream'>>;
  /** Streams that carry another name here than in their message class. */
  readonly streamNames?: Readonly<Record<string, string>>;
  readonly observer?: DeliveryObserver;
  /** Wraps every turn, for example in a correlation context. */
  readonly around?: (correlationId: string, run: () => Promise<void>) => Promise<void>;
}

/** Nest transport strategy over ordered, batched, partitioned Redis Streams. Handlers are declared with `@StreamHandler`. */
export class RedisStreamServer extends Server implements CustomTransportStrategy {
  private consumers: Consumer[] = [];

  constructor(private readonly options: RedisStreamServerOptions) {
    super();
  }

  /** Begins to consume; the callback gets the error that stops the start. */
  listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => callback(), callback);
  }

  /** Drains and gives back all partitions. */
  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
    this.consumers = [];
  }

  /** Throws when a consumer cannot reach its store; for readiness. */
  check(): void {
    if (!this.consumers.every((consumer) => consumer.alive)) throw new Error('a consumer does not reach its store');
  }

  on(): void {
    throw new Error('This strategy emits no events; pass an observer instead.');
  }

  unwrap<T>(): T {
    return this.options.store as T;
  }

  private async begin(): Promise<void> {
    for (const [pattern, handler] of this.messageHandlers) this.consumers.push(this.consumerOf(pattern, handler));
    await Promise.all(this.consumers.map((consumer) => consumer.start()));
  }

  private consumerOf(pattern: string, handler: MessageHandler): Consumer {
    if (handler.next) throw new Error(`Two handlers for ${pattern}: give one of them a group of its own.`);
    const extras = handler.extras as unknown as StreamHandlerExtras | undefined;
    if (!extras?.messageClass) throw new Error(`The handler of ${pattern} has no @StreamHandler.`);
    const { store, member, consumer, observer } = this.options;
    const stream = this.streamName(contractOf(extras.messageClass).stream);
    const options: ConsumerOptions = {
      ...consumerDefaults,
      ...consumer,
      ...extras.tuning,
      stream,
      group: extras.group,
      member,
      deadLetterStream: deadLetterStream(stream),
    };
    return new Consumer(store, options, (turn) => this.handle(handler, extras, turn), observer);
  }

  private async handle(handler: MessageHandler, { messageClass }: StreamHandlerExtras, turn: Turn): Promise<void> {
    const batch = turn.messages.map(({ data }) => decodeAs(messageClass, data));
    const context = new TurnContext(turn, batch, (stream) => this.streamName(stream));
    const run = async (): Promise<void> => {
      const result: unknown = await handler(batch, context);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    };
    await (this.options.around ? this.options.around(batch[0]?.correlation_id ?? '', run) : run());
  }

  private streamName(stream: string): string {
    return this.options.streamNames?.[stream] ?? stream;
  }
}
