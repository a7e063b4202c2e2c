import { PartitionCountMismatchError } from '@switchboard/delivery';
import { WebhookMetrics } from '@switchboard/metrics';
import { RedisStreamStore } from '@switchboard/redis-transport';
import { PropertyDirectory, type ServiceContext, type ServiceDefinition } from '@switchboard/service-kit';
import { type FastifyInstance } from 'fastify';
import { acceptOnlyJson } from './http/accept-only-json.js';
import { countRequests } from './http/count-requests.js';
import { serveChatPage } from './http/chat-page.js';
import { limitWebchat } from './http/limit-webchat.js';
import { SourceLimits } from './http/source-limits.js';
import { IngressModule } from './ingress.module.js';
import { Inlet } from './inlet/inlet.js';
import { SpoolingInlet } from './inlet/spooling-inlet.js';
import { serveDocs } from './openapi/docs-page.js';
import { ingressSettings, type IngressSetting } from './settings.js';
import { allowForeignPages } from './webchat/foreign-pages.js';

/** The ingress: providers' webhooks and the web chat in, the visitors' lines out, and a page that describes it all. */
export const ingress: ServiceDefinition<IngressSetting> = {
  name: 'ingress',
  settings: ingressSettings,
  defaults: { PORT: 3_000 },
  ambientCorrelation: false,
  module: (context: ServiceContext<IngressSetting>) => IngressModule.of(context),
  beforeListening: async (app, context) => {
    const { log } = context;
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    countRequests(server, app.get(WebhookMetrics));
    acceptOnlyJson(server);
    allowForeignPages(server, app.get(PropertyDirectory));
    limitWebchat(server, app.get(PropertyDirectory), app.get(SourceLimits));
    await serveChatPage(server, log);
    await serveDocs(server, app);
    await open(app.get(Inlet), app.get(RedisStreamStore), context);
  },
};

/**
 * Ready only while the stream has as many partitions as this service thinks (with another number a message would go where
 * nobody reads), and messages can be taken: by Redis or, with one, by the spool. Without Redis the service starts all the
 * same.
 */
async function open(inlet: Inlet, store: RedisStreamStore, context: ServiceContext<IngressSetting>): Promise<void> {
  const { settings, health, log } = context;
  if (inlet instanceof SpoolingInlet) {
    health.add('storage', () => inlet.check());
    return inlet.open();
  }
  const look = (): Promise<void> => store.declareStream(settings.inboundStream, settings.partitions);
  health.add('redis', look);
  await look().catch((error: unknown) => {
    if (error instanceof PartitionCountMismatchError) throw error;
    log.warn({ err: error }, 'Redis does not answer yet; starting without it');
  });
}
