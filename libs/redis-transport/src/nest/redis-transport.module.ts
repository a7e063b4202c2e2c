import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type DeliveryObserver, Publisher, publisherDefaults } from '@switchboard/delivery';
import { type ConnectionObserver, RedisConnections } from '../connections/redis-connections.js';
import { type RedisSettings } from '../connections/redis-settings.js';
import { MessagePublisher } from '../messages/message-publisher.js';
import { type AppendOptions } from '../streams/appender.js';
import { RedisStreamStore, storeDefaults } from '../streams/redis-stream-store.js';

export interface RedisTransportOptions {
  readonly redis: RedisSettings;
  /** Shown in CLIENT LIST. */
  readonly clientName: string;
  readonly store?: Partial<AppendOptions>;
  /** Streams that carry another name here than in their message class. */
  readonly streamNames?: Readonly<Record<string, string>>;
  readonly connectionObserver?: ConnectionObserver;
  readonly deliveryObserver?: DeliveryObserver;
}

/** Injection token of the observer that the service's consumers report to. */
export const DELIVERY_OBSERVER = Symbol('DELIVERY_OBSERVER');

/** Gives a service its connections, its store and its publisher, and closes them after everything else has stopped. */
@Module({})
export class RedisTransportModule implements OnApplicationShutdown {
  constructor(
    @Inject(RedisConnections) private readonly connections: RedisConnections,
    @Inject(MessagePublisher) private readonly publisher: MessagePublisher,
  ) {}

  static forRoot(options: RedisTransportOptions): DynamicModule {
    const connections = new RedisConnections(options.redis, options.clientName, options.connectionObserver);
    const store = new RedisStreamStore(connections, { ...storeDefaults, ...options.store });
    const publisher = new Publisher(store, publisherDefaults, options.deliveryObserver);
    return {
      module: RedisTransportModule,
      global: true,
      providers: [
        { provide: RedisConnections, useValue: connections },
        { provide: RedisStreamStore, useValue: store },
        { provide: DELIVERY_OBSERVER, useValue: options.deliveryObserver ?? {} },
        { provide: MessagePublisher, useValue: new MessagePublisher(publisher, options.streamNames) },
      ],
      exports: [RedisConnections, RedisStreamStore, MessagePublisher, DELIVERY_OBSERVER],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher.drain();
    await this.connections.close();
  }
}
