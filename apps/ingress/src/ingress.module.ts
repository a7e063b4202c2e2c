import { type DynamicModule, Module } from '@nestjs/common';
import { Streams } from '@switchboard/message-schema';
import { ChannelMetrics, MetricsModule, observeService, WebhookMetrics } from '@switchboard/metrics';
import { GuestWindow, RedisConnections, RedisStreamStore, RedisTransportModule } from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { Backfill } from './backfill/backfill.js';
import { BackfillMarks } from './backfill/backfill-marks.js';
import { openBackfill } from './backfill/open-backfill.js';
import { SourceLimits } from './http/source-limits.js';
import { Inlet } from './inlet/inlet.js';
import { openInlet } from './inlet/open-inlet.js';
import { INBOUND_STREAM, Intake } from './intake.js';
import { DeliveryNotices } from './notices/delivery-notices.js';
import { GuestTimes } from './notices/guest-times.js';
import { StaffNotices } from './notices/staff-notices.js';
import { type IngressSetting } from './settings.js';
import { LineReader, PARTITIONS } from './webchat/line-reader.js';
import { STOPPING, WebchatController } from './webchat/webchat.controller.js';
import { Routing } from './webhooks/routing.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

@Module({})
export class IngressModule {
  static of(context: ServiceContext<IngressSetting>): DynamicModule {
    const { name, settings, log, stopping } = context;
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
        {
          provide: Inlet,
          useFactory: (store: RedisStreamStore) => openInlet(store, context, observers.registry, observers.delivery),
          inject: [RedisStreamStore],
        },
        { provide: INBOUND_STREAM, useValue: settings.inboundStream },
        Intake,
        StaffNotices,
        Routing,
        BackfillMarks,
        {
          provide: Backfill,
          useFactory: (marks: BackfillMarks, routing: Routing) =>
            openBackfill(marks, routing, context, observers.registry),
          inject: [BackfillMarks, Routing],
        },
        DeliveryNotices,
        GuestTimes,
        {
          provide: GuestWindow,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new GuestWindow(connections, settings.partitions),
        },
        { provide: SourceLimits, useValue: new SourceLimits() },
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
