import { type DynamicModule, Module } from '@nestjs/common';
import { Streams } from '@switchboard/message-schema';
import { BreakerMetrics, MetricsModule, observeService, ProviderMetrics, RateMetrics } from '@switchboard/metrics';
import {
  GuestWindow,
  OutboundLedger,
  RateGovernor,
  RedisConnections,
  RedisTransportModule,
} from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { RepliesController } from './replies.controller.js';
import { ReplySender } from './reply-sender.js';
import { Admission } from './sending/admission.js';
import { ClearedReplies } from './sending/cleared-replies.js';
import { PROVIDER_TIMEOUT_MS, SendRoutes } from './sending/send-routes.js';
import { ServiceWindow } from './sending/service-window.js';
import { Settlement } from './sending/settlement.js';
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
          handlerObserver: observers.handlers,
          store: { partitions: settings.partitions },
        }),
      ],
      controllers: [RepliesController, DeliveriesController],
      providers: [
        ReplySender,
        SendRoutes,
        Admission,
        Settlement,
        ServiceWindow,
        ClearedReplies,
        {
          provide: GuestWindow,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new GuestWindow(connections, settings.partitions),
        },
        { provide: RateMetrics, useValue: new RateMetrics(observers.registry) },
        { provide: BreakerMetrics, useValue: new BreakerMetrics(observers.registry) },
        {
          provide: RateGovernor,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new RateGovernor(connections),
        },
        {
          provide: OutboundLedger,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) =>
            new OutboundLedger(connections, Streams.outbound, settings.partitions),
        },
        { provide: ProviderMetrics, useValue: new ProviderMetrics(observers.registry) },
        { provide: PropertyDirectory, useValue: settings.properties },
        { provide: PROVIDER_TIMEOUT_MS, useValue: settings.providerTimeoutMs },
      ],
    };
  }
}
