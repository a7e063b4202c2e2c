import 'reflect-metadata';
import { consumerDefaults } from '@switchboard/delivery';
import { memberName, RedisStreamServer, RedisStreamStore } from '@switchboard/redis-transport';
import { runWithCorrelation, startService } from '@switchboard/service-kit';
import { OutboundSenderModule } from './outbound-sender.module.js';
import { outboundSenderSettings } from './settings.js';

await startService({
  name: 'outbound-sender',
  settings: outboundSenderSettings,
  defaults: { PORT: 3004 },
  module: (context) => OutboundSenderModule.of(context),
  beforeListening: (app, { settings, health }) => {
    const strategy = new RedisStreamServer({
      store: app.get(RedisStreamStore),
      member: memberName(),
      consumer: {
        partitions: settings.partitions,
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
