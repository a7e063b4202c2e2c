import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { EventBus, MessageBus } from '@switchboard/message-bus';
import { RedisEventBus, type RedisEventBusOptions } from '../bus/redis-event-bus.js';
import { openRedisMessageBus, type RedisBusOptions } from '../bus/redis-message-bus.js';
import { type ConnectionObserver } from '../connections/connection-observer.js';
import { RedisConnections } from '../connections/redis-connections.js';
import { type RedisSettings } from '../connections/redis-settings.js';
import { type AsyncOptions, optionsProvider } from './async-options.js';

export interface MessageBusModuleOptions extends RedisBusOptions {
  readonly redis: RedisSettings;
  readonly connectionObserver?: ConnectionObserver;
  /** Of the event bus. */
  readonly events?: Omit<RedisEventBusOptions, 'service' | 'member'>;
}

/** Injection token of the connections that the buses of this module use; they are nobody else's. */
const BUS_CONNECTIONS = Symbol('BUS_CONNECTIONS');
const OPTIONS = Symbol('MESSAGE_BUS_OPTIONS');

const providers: Provider[] = [
  {
    provide: BUS_CONNECTIONS,
    inject: [OPTIONS],
    useFactory: ({ redis, service, connectionObserver }: MessageBusModuleOptions) =>
      new RedisConnections(redis, service, connectionObserver),
  },
  {
    provide: MessageBus,
    inject: [BUS_CONNECTIONS, OPTIONS],
    useFactory: (connections: RedisConnections, options: MessageBusModuleOptions) =>
      openRedisMessageBus(connections, options),
  },
  {
    provide: EventBus,
    inject: [BUS_CONNECTIONS, OPTIONS],
    useFactory: (connections: RedisConnections, { events, service, member }: MessageBusModuleOptions) =>
      new RedisEventBus(connections, { ...events, service, member }),
  },
];

/**
 * Gives a service the `MessageBus` and the `EventBus`, each injected by its class, over connections of their own. On
 * shutdown they drain first, and only then their connections end.
 */
@Module({})
export class MessageBusModule implements OnApplicationShutdown {
  constructor(
    @Inject(MessageBus) private readonly bus: MessageBus,
    @Inject(EventBus) private readonly events: EventBus,
    @Inject(BUS_CONNECTIONS) private readonly connections: RedisConnections,
  ) {}

  static forRoot(options: MessageBusModuleOptions): DynamicModule {
    return MessageBusModule.forRootAsync({ useFactory: () => options });
  }

  /** With options that other providers know: `{ imports, inject, useFactory }`. */
  static forRootAsync(options: AsyncOptions<MessageBusModuleOptions>): DynamicModule {
    return {
      module: MessageBusModule,
      global: true,
      imports: options.imports ?? [],
      providers: [optionsProvider(OPTIONS, options), ...providers],
      exports: [MessageBus, EventBus],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.bus.close(), this.events.close()]);
    await this.connections.close();
  }
}
