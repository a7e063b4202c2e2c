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
  beforeListening: (app, { health }) => {
    health.add('redis', () => app.get(RedisStreamStore).ping());
  },
};
