import { PartitionCountMismatchError } from '@switchboard/delivery';
import { RedisStreamStore } from '@switchboard/redis-transport';
import { type ServiceContext, type ServiceDefinition } from '@switchboard/service-kit';
import { DeadLetterReprocessorModule } from './dead-letter-reprocessor.module.js';
import { reprocessorSettings, type ReprocessorSetting } from './settings.js';

/** The operator’s routes to the dead letters of all streams. */
export const deadLetterReprocessor: ServiceDefinition<ReprocessorSetting> = {
  name: 'dead-letter-reprocessor',
  settings: reprocessorSettings,
  defaults: { PORT: 3002 },
  module: (context: ServiceContext<ReprocessorSetting>) => DeadLetterReprocessorModule.of(context),
  beforeListening: async (app, context) => {
    await watchPartitions(app.get(RedisStreamStore), context);
  },
};

/**
 * Ready only while Redis answers and the stream has as many partitions as this service thinks: with another number a
 * message would go where nobody reads. Without Redis the service starts all the same, not ready.
 */
async function watchPartitions(
  store: RedisStreamStore,
  { settings, health, log }: ServiceContext<ReprocessorSetting>,
): Promise<void> {
  const look = (): Promise<void> => store.declareStream(settings.inboundStream, settings.partitions);
  health.add('redis', look);
  await look().catch((error: unknown) => {
    if (error instanceof PartitionCountMismatchError) throw error;
    log.warn({ err: error }, 'Redis does not answer yet; starting without it');
  });
}
