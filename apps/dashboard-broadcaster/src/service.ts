import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PartitionCountMismatchError } from '@switchboard/delivery';
import { MetricsRegistry } from '@switchboard/metrics';
import { Keys, RedisConnections } from '@switchboard/redis-transport';
import { loadSite, serveSite, type ServiceContext, type ServiceDefinition } from '@switchboard/service-kit';
import { type FastifyInstance } from 'fastify';
import { fileURLToPath } from 'node:url';
import { Broadcaster, broadcasterDefaults } from './broadcaster.js';
import { DashboardModule, type DashboardParts } from './dashboard.module.js';
import { limitSignIns } from './entrance/sign-in-limit.js';
import { broadcasterObserver, connectionObserver } from './observer.js';
import { checkPartitions } from './partition-check.js';

const settingNames = [
  'REDIS',
  'PROPERTIES',
  'PARTITIONS',
  'INBOUND_STREAM',
  'DASHBOARD_TOKEN',
  'DASHBOARD_ORIGINS',
  'SESSION_TTL_MS',
] as const;

type Context = ServiceContext<(typeof settingNames)[number]>;

/** The built page, beside this app: seen from `src` and from `dist` alike. */
const siteFolder = fileURLToPath(new URL('../../dashboard-web/dist/', import.meta.url));

/** The dashboard's service: the staff page, sign-in, and the WebSocket with the live updates. */
export const dashboardBroadcaster: ServiceDefinition<(typeof settingNames)[number]> = {
  name: 'dashboard-broadcaster',
  settings: settingNames,
  defaults: { PORT: 3_001 },
  module: async (context) => DashboardModule.of(await parts(context)),
  beforeListening: async (app: NestFastifyApplication) => {
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    await limitSignIns(server);
    serveSite(server, await loadSite(siteFolder, { '/': 'index.html' }));
    app.get(Broadcaster).attach(app.getHttpServer());
  },
};

async function parts(context: Context): Promise<DashboardParts> {
  const { settings, name, log } = context;
  const metrics = new MetricsRegistry(name);
  const connections = new RedisConnections(settings.redis, name, connectionObserver(log, metrics));
  context.onStopped(() => connections.close());
  await watchRedis(context, connections);
  const broadcaster = new Broadcaster(
    connections,
    {
      ...broadcasterDefaults,
      partitions: settings.partitions,
      sessionTtlMs: settings.sessionTtlMs,
      allowedOrigins: settings.dashboardOrigins,
    },
    broadcasterObserver(log, metrics),
  );
  context.stopping.addEventListener('abort', () => broadcaster.close());
  return {
    broadcaster,
    metrics,
    rules: {
      token: settings.dashboardToken,
      production: settings.nodeEnv === 'production',
      propertyIds: settings.properties.properties.map(({ id }) => id),
      allowedOrigins: settings.dashboardOrigins,
    },
  };
}

/** Ready only while Redis answers and its streams have the expected partitions; without Redis the service still starts. */
async function watchRedis({ settings, health, log }: Context, connections: RedisConnections): Promise<void> {
  const redis = connections.open('command');
  const keys = new Keys(connections.keyPrefix);
  const look = (): Promise<void> => checkPartitions(redis, keys, settings.inboundStream, settings.partitions);
  health.add('redis', look);
  try {
    await look();
  } catch (error) {
    if (error instanceof PartitionCountMismatchError) throw error;
    log.warn({ err: error }, 'Redis does not answer yet; starting without it');
  }
}
