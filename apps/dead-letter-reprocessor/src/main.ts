import 'reflect-metadata';
import { RedisStreamStore } from '@switchboard/redis-transport';
import { startService } from '@switchboard/service-kit';
import { DeadLetterReprocessorModule } from './dead-letter-reprocessor.module.js';
import { reprocessorSettings } from './settings.js';

await startService({
  name: 'dead-letter-reprocessor',
  settings: reprocessorSettings,
  defaults: { PORT: 3002 },
  module: (context) => DeadLetterReprocessorModule.of(context),
  beforeListening: (app, { health }) => {
    health.add('redis', () => app.get(RedisStreamStore).ping());
  },
});
