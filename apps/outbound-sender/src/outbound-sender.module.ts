import { type DynamicModule, Module } from '@nestjs/common';
import { RedisTransportModule } from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { RepliesController } from './replies.controller.js';
import { PROVIDER_TIMEOUT_MS, ReplySender } from './reply-sender.js';
import { type OutboundSenderSetting } from './settings.js';

@Module({})
export class OutboundSenderModule {
  static of({ name, settings }: ServiceContext<OutboundSenderSetting>): DynamicModule {
    return {
      module: OutboundSenderModule,
      imports: [
        RedisTransportModule.forRoot({
          redis: settings.redis,
          clientName: name,
          store: { partitions: settings.partitions },
        }),
      ],
      controllers: [RepliesController],
      providers: [
        ReplySender,
        { provide: PropertyDirectory, useValue: settings.properties },
        { provide: PROVIDER_TIMEOUT_MS, useValue: settings.providerTimeoutMs },
      ],
    };
  }
}
