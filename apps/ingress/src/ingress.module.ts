import { type DynamicModule, Module } from '@nestjs/common';
import { Streams } from '@switchboard/message-schema';
import { ChannelMetrics, MetricsModule, observeService, WebhookMetrics } from '@switchboard/metrics';
import { RedisTransportModule } from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { Intake } from './intake.js';
import { type IngressSetting } from './settings.js';
import { LineReader, PARTITIONS } from './webchat/line-reader.js';
import { STOPPING, WebchatController } from './webchat/webchat.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

@Module({})
export class IngressModule {
  static of({ name, settings, log, stopping }: ServiceContext<IngressSetting>): DynamicModule {
    const observers = observeService(name, log);
    return {
      module: IngressModule,
      imports: [
        MetricsModule.of(observers.registry),
        RedisTransportModule.forRoot({
          redis: settings.redis,
          clientName: name,
          connectionObserver: observers.connections,
          deliveryObserver: observers.delivery,
          store: {
            partitions: settings.partitions,
            backlogLimit: settings.backlogLimit,
            ackReplicas: settings.ackReplicas,
          },
          streamNames: { [Streams.inbound]: settings.inboundStream },
        }),
      ],
      controllers: [WebhooksController, WebchatController],
      providers: [
        Intake,
        { provide: WebhookMetrics, useValue: new WebhookMetrics(observers.registry) },
        { provide: ChannelMetrics, useValue: new ChannelMetrics(observers.registry, ['webchat']) },
        LineReader,
        { provide: PARTITIONS, useValue: settings.partitions },
        { provide: STOPPING, useValue: stopping },
        { provide: PropertyDirectory, useValue: settings.properties },
      ],
    };
  }
}
