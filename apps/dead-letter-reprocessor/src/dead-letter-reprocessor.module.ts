import { type DynamicModule, Module } from '@nestjs/common';
import { Streams } from '@switchboard/message-schema';
import {
  BacklogReader,
  DeadLetterStore,
  RedisConnections,
  RedisStreamStore,
  RedisTransportModule,
  StreamReplay,
} from '@switchboard/redis-transport';
import { MetricsModule, observeService } from '@switchboard/metrics';
import { type ServiceContext } from '@switchboard/service-kit';
import { ADMIN_TOKEN, AdminGuard } from './admin.guard.js';
import { BacklogSampler } from './backlog-sampler.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';
import { StreamsController } from './streams.controller.js';
import { type ReprocessorSetting } from './settings.js';

@Module({})
export class DeadLetterReprocessorModule {
  static of({ name, settings, log }: ServiceContext<ReprocessorSetting>): DynamicModule {
    const observers = observeService(name, log);
    const streams = [settings.inboundStream, Streams.outbound];
    return {
      module: DeadLetterReprocessorModule,
      imports: [
        MetricsModule.of(observers.registry),
        RedisTransportModule.forRoot({
          redis: settings.redis,
          clientName: name,
          connectionObserver: observers.connections,
          deliveryObserver: observers.delivery,
        }),
      ],
      controllers: [DeadLettersController, StreamsController],
      providers: [
        AdminGuard,
        DeadLettersService,
        BacklogSampler,
        {
          provide: BacklogReader,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new BacklogReader(connections, settings.partitions),
        },
        {
          provide: StreamReplay,
          inject: [RedisConnections, RedisStreamStore],
          useFactory: (connections: RedisConnections, store: RedisStreamStore) =>
            new StreamReplay(connections, store, settings.partitions),
        },
        { provide: ADMIN_TOKEN, useValue: settings.adminToken },
        {
          provide: DeadLetterStore,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new DeadLetterStore(connections, streams, settings.partitions),
        },
      ],
    };
  }
}
