import { consumerDefaults, type DeliveryObserver } from '@switchboard/delivery';
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
import { OutboundSenderModule } from './outbound-sender.module.js';
import { outboundSenderSettings, type OutboundSenderSetting } from './settings.js';

/** Takes replies from the outbound stream and sends them to the providers. */
export const outboundSender: ServiceDefinition<OutboundSenderSetting> = {
  name: 'outbound-sender',
  settings: outboundSenderSettings,
  defaults: { PORT: 3004 },
  module: (context: ServiceContext<OutboundSenderSetting>) => OutboundSenderModule.of(context),
  beforeListening: (app, { name, settings, health }) => {
    const strategy = new RedisServer({
      connections: app.get(RedisConnections),
      store: app.get(RedisStreamStore),
      partitions: settings.partitions,
      member: memberName(),
      consumer: {
        partitions: settings.partitions,
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
