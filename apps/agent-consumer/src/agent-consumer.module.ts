import { type DynamicModule, Module } from '@nestjs/common';
import { Streams } from '@switchboard/message-schema';
import { MetricsModule, observeService } from '@switchboard/metrics';
import { RedisTransportModule } from '@switchboard/redis-transport';
import { type AgentSettings, type PropertyDirectory, type ServiceContext } from '@switchboard/service-kit';
import { AgentDirectory } from './agents/agent-directory.js';
import { type Agent } from './agents/agent.js';
import { BuiltinAgent } from './agents/builtin.agent.js';
import { HttpAgent } from './agents/http.agent.js';
import { GuestMessagesController } from './guest-messages.controller.js';
import { type AgentConsumerSetting } from './settings.js';

@Module({})
export class AgentConsumerModule {
  static of({ name, settings, log }: ServiceContext<AgentConsumerSetting>): DynamicModule {
    const observers = observeService(name, log);
    return {
      module: AgentConsumerModule,
      imports: [
        MetricsModule.of(observers.registry),
        RedisTransportModule.forRoot({
          redis: settings.redis,
          clientName: name,
          connectionObserver: observers.connections,
          deliveryObserver: observers.delivery,
          handlerObserver: observers.handlers,
          store: { partitions: settings.partitions },
          streamNames: { [Streams.inbound]: settings.inboundStream },
        }),
      ],
      controllers: [GuestMessagesController],
      providers: [{ provide: AgentDirectory, useValue: directoryOf(settings.properties) }],
    };
  }
}

function directoryOf({ properties }: PropertyDirectory): AgentDirectory {
  return new AgentDirectory(new Map(properties.map(({ id, agent }) => [id, agentOf(agent)])));
}

function agentOf(settings: AgentSettings): Agent {
  return settings.kind === 'http' ? new HttpAgent(settings) : new BuiltinAgent();
}
