import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { type DeliveryObserver, Publisher, publisherDefaults } from '@switchboard/delivery';
import { type ConnectionObserver, RedisConnections } from '../connections/redis-connections.js';
import { type RedisSettings } from '../connections/redis-settings.js';
import { MessagePublisher } from '../messages/message-publisher.js';
import { type AppendOptions } from '../streams/appender.js';
import { RedisStreamStore, storeDefaults } from '../streams/redis-stream-store.js';
import { type AsyncOptions, optionsProvider } from './async-options.js';
import { type HandlerObserver } from './handler-observer.js';

export interface RedisTransportOptions {
  readonly redis: RedisSettings;
  /** Shown in CLIENT LIST. */
  readonly clientName: string;
  readonly store?: Partial<AppendOptions>;
  /** Streams that carry another name here than in their message class. */
  readonly streamNames?: Readonly<Record<string, string>>;
  readonly connectionObserver?: ConnectionObserver;
  readonly deliveryObserver?: DeliveryObserver;
  readonly handlerObserver?: HandlerObserver;
}

/** Injection token of the observer that the service's consumers report to. */
export const DELIVERY_OBSERVER = Symbol('DELIVERY_OBSERVER');
/** Injection token of the observer that the service's handlers of work, topics and requests report to. */
export const HANDLER_OBSERVER = Symbol('HANDLER_OBSERVER');

const OPTIONS = Symbol('REDIS_TRANSPORT_OPTIONS');

const providers: Provider[] = [
  {
    provide: RedisConnections,
    inject: [OPTIONS],
    useFactory: ({ redis, clientName, connectionObserver }: RedisTransportOptions) =>
      new RedisConnections(redis, clientName, connectionObserver),
  },
  {
    provide: RedisStreamStore,
    inject: [OPTIONS, RedisConnections],
    useFactory: ({ store }: RedisTransportOptions, connections: RedisConnections) =>
      new RedisStreamStore(connections, { ...storeDefaults, ...store }),
  },
  {
    provide: MessagePublisher,
    inject: [OPTIONS, RedisStreamStore],
    useFactory: ({ deliveryObserver, streamNames }: RedisTransportOptions, store: RedisStreamStore) =>
      new MessagePublisher(new Publisher(store, publisherDefaults, deliveryObserver), streamNames),
  },
  {
    provide: DELIVERY_OBSERVER,
    inject: [OPTIONS],
    useFactory: ({ deliveryObserver = {} }: RedisTransportOptions) => deliveryObserver,
  },
  {
    provide: HANDLER_OBSERVER,
    inject: [OPTIONS],
    useFactory: ({ handlerObserver = {} }: RedisTransportOptions) => handlerObserver,
  },
];

/** Gives a service its connections, its store and its publisher, and closes them after everything else has stopped. */
@Module({})
export class RedisTransportModule implements OnApplicationShutdown {
  constructor(
    @Inject(RedisConnections) private readonly connections: RedisConnections,
    @Inject(MessagePublisher) private readonly publisher: MessagePublisher,
  ) {}

  static forRoot(options: RedisTransportOptions): DynamicModule {
    return RedisTransportModule.forRootAsync({ useFactory: () => options });
  }

  /** With options that other providers know: `{ imports, inject, useFactory }`. */
  static forRootAsync(options: AsyncOptions<RedisTransportOptions>): DynamicModule {
    return {
      module: RedisTransportModule,
      global: true,
      imports: options.imports ?? [],
      providers: [optionsProvider(OPTIONS, options), ...providers],
      exports: [RedisConnections, RedisStreamStore, MessagePublisher, DELIVERY_OBSERVER, HANDLER_OBSERVER],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher.drain();
    await this.connections.close();
  }
}
