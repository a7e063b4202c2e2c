import 'reflect-metadata';
import { RedisStreamStore } from '@switchboard/redis-transport';
import { startService } from '@switchboard/service-kit';
import { IngressModule } from './ingress.module.js';
import { ingressSettings } from './settings.js';

await startService({
  name: 'ingress',
  settings: ingressSettings,
  defaults: { PORT: 3000 },
  module: (context) => IngressModule.of(context),
  beforeListening: (app, { health }) => {
    health.add('redis', () => app.get(RedisStreamStore).ping());
  },
});
