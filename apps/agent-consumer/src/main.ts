import 'reflect-metadata';
import { consumerDefaults } from '@switchboard/delivery';
import { Streams } from '@switchboard/message-schema';
import { memberName, RedisStreamServer, RedisStreamStore } from '@switchboard/redis-transport';
import { runWithCorrelation, startService } from '@switchboard/service-kit';
import { AgentConsumerModule } from './agent-consumer.module.js';
import { agentConsumerSettings } from './settings.js';

await startService({
  name: 'agent-consumer',
  settings: agentConsumerSettings,
  defaults: { PORT: 3003 },
  module: (context) => AgentConsumerModule.of(context),
  beforeListening: (app, { settings, health }) => {
    const strategy = new RedisStreamServer({
      store: app.get(RedisStreamStore),
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
      },
      around: runWithCorrelation,
    });
    app.connectMicroservice({ strategy });
    health.add('consumer', () => strategy.check());
  },
});
