import { consumerDefaults, type DeliveryObserver } from '@switchboard/delivery';
import { Streams } from '@switchboard/message-schema';
import {
  deadLetterEffects,
  DELIVERY_OBSERVER,
  HANDLER_OBSERVER,
  type HandlerObserver,
  memberName,
  RedisConnections,
  RedisServer,
  RedisStreamStore,
} from '@switchboard/redis-transport';
import { runWithCorrelation, type ServiceContext, type ServiceDefinition } from '@switchboard/service-kit';
import { AgentConsumerModule } from './agent-consumer.module.js';
import { agentConsumerSettings, type AgentConsumerSetting } from './settings.js';

/** Takes guests’ messages from the inbound stream, asks the agent of the property, and puts the answer on the outbound stream. */
export const agentConsumer: ServiceDefinition<AgentConsumerSetting> = {
  name: 'agent-consumer',
  settings: agentConsumerSettings,
  defaults: { PORT: 3003 },
  module: (context: ServiceContext<AgentConsumerSetting>) => AgentConsumerModule.of(context),
  beforeListening: (app, { name, settings, health }) => {
    const strategy = new RedisServer({
      connections: app.get(RedisConnections),
      store: app.get(RedisStreamStore),
      partitions: settings.partitions,
      member: memberName(),
      streamNames: { [Streams.inbound]: settings.inboundStream },
      consumer: {
        partitions: settings.partitions,
        batch: {
          quietMs: settings.batchQuietMs,
          maxWaitMs: settings.batchMaxWaitMs,
          maxMessages: settings.batchMaxMessages,
          maxBytes: consumerDefaults.batch.maxBytes,
        },
        retry: { ...consumerDefaults.retry, maxAttempts: settings.maxAttempts },
        concurrency: settings.concurrency,
        leaseTtlMs: settings.leaseTtlMs,
        retentionMs: settings.retentionMs,
        onDeadLetter: deadLetterEffects(name),
      },
      observer: app.get<DeliveryObserver>(DELIVERY_OBSERVER),
      handlerObserver: app.get<HandlerObserver>(HANDLER_OBSERVER),
      around: runWithCorrelation,
    });
    app.connectMicroservice({ strategy });
    health.add('consumer', () => strategy.check());
  },
};
