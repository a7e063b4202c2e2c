import { type DynamicModule, Module } from '@nestjs/common';
import { MetricsModule, observeService, ProviderMetrics } from '@switchboard/metrics';
import { RedisTransportModule } from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { RepliesController } from './replies.controller.js';
import { PROVIDER_TIMEOUT_MS, ReplySender } from './reply-sender.js';
import { type OutboundSenderSetting } from './settings.js';

@Module({})
export class OutboundSenderModule {
  static of({ name, settings, log }: ServiceContext<OutboundSenderSetting>): DynamicModule {
    const observers = observeService(name, log);
    return {
      module: OutboundSenderModule,
      imports: [
        MetricsModule.of(observers.registry),
        RedisTransportModule.forRoot({
          redis: settings.redis,
          clientName: name,
          connectionObserver: observers.connections,
          deliveryObserver: observers.delivery,
          store: { partitions: settings.partitions },
        }),
      ],
      controllers: [RepliesController],
      providers: [
        ReplySender,
        { provide: ProviderMetrics, useValue: new ProviderMetrics(observers.registry) },
        { provide: PropertyDirectory, useValue: settings.properties },
        { provide: PROVIDER_TIMEOUT_MS, useValue: settings.providerTimeoutMs },
      ],
    };
  }
}
