import { type ClusterOptions, type RedisOptions } from 'ioredis';
import { QuietSentinelConnector } from './quiet-subscriptions.js';
import { type Purpose, type RedisSettings } from './redis-settings.js';

/** Longest time a blocking read waits in Redis before it asks again. */
export const BLOCK_MS = 5_000;

/**
 * Time limits by purpose. Without `socketTimeout` a client hangs for ever on a frozen master (redis/ioredis#1059); with
 * `autoResendUnfulfilledCommands: false` a command cut off by a reconnect stays pending for ever (redis/ioredis#2193) unless
 * `commandTimeout` or `RedisConnections` ends it. A blocking connection gets no `commandTimeout`: its reader races each call itself and
 * replaces the client.
 */
const byPurpose: Record<Purpose, RedisOptions> = {
  producer: { socketTimeout: 3_000, commandTimeout: 2_500, maxRetriesPerRequest: 1, enableOfflineQueue: false },
  command: { socketTimeout: 5_000, commandTimeout: 4_000, maxRetriesPerRequest: 3 },
  blocking: { socketTimeout: BLOCK_MS + 3_000, maxRetriesPerRequest: null },
  subscriber: { socketTimeout: 5_000, maxRetriesPerRequest: null, autoResubscribe: true },
};

function tlsOptions(settings: RedisSettings): RedisOptions {
  if (!settings.tls) return {};
  const tls = { ...settings.tls };
  return { tls, sentinelTLS: tls, enableTLSForSentinelMode: true };
}

function forEveryClient(settings: RedisSettings, purpose: Purpose, name: string): RedisOptions {
  return {
    ...byPurpose[purpose],
    ...tlsOptions(settings),
    ...(settings.username ? { username: settings.username } : {}),
    ...(settings.password ? { password: settings.password } : {}),
    connectionName: `${name}:${purpose}`,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 2_000,
    disconnectTimeout: 200,
    keepAlive: 10_000,
    noDelay: true,
    enableReadyCheck: true,
    lazyConnect: false,
    retryStrategy: (n) => Math.min(50 * 2 ** Math.min(n, 6), 2_000) + Math.random() * 200,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

/** Options for one Redis, or for the master that Sentinels name. */
export function redisOptions(settings: RedisSettings, purpose: Purpose, name: string): RedisOptions {
  const options = forEveryClient(settings, purpose, name);
  if (!settings.sentinels) return options;
  return {
    ...options,
    Connector: QuietSentinelConnector,
    sentinels: settings.sentinels.map(({ host, port }) => ({ host, port })),
    name: settings.masterName ?? 'mymaster',
    role: 'master',
    ...(settings.sentinelUsername ? { sentinelUsername: settings.sentinelUsername } : {}),
    ...(settings.sentinelPassword ? { sentinelPassword: settings.sentinelPassword } : {}),
    sentinelCommandTimeout: 500,
    sentinelRetryStrategy: (n) => Math.min(100 * n, 2_000),
    sentinelReconnectStrategy: () => 2_000,
    failoverDetector: true,
    updateSentinels: true,
  };
}

/**
 * Options for Redis Cluster; the node connections carry the same limits. Without the offline queue ioredis refuses even its
 * own ready check when that meets a node whose connection is still being made, and begins again, seconds on end.
 */
export function clusterOptions(settings: RedisSettings, purpose: Purpose, name: string): ClusterOptions {
  return {
    redisOptions: forEveryClient(settings, purpose, name),
    clusterRetryStrategy: (n) => Math.min(50 * 2 ** Math.min(n, 6), 2_000) + Math.random() * 200,
    slotsRefreshTimeout: 2_000,
    slotsRefreshInterval: 5_000,
    maxRedirections: 16,
    retryDelayOnFailover: 200,
    retryDelayOnClusterDown: 200,
  };
}

/** Longest time a command of this purpose may take, ms; undefined for none. */
export function commandLimitMs(purpose: Purpose): number | undefined {
  return byPurpose[purpose].commandTimeout;
}

/** True when a command of this purpose fails at once while there is no connection. */
export function failsUnconnected(purpose: Purpose): boolean {
  return byPurpose[purpose].enableOfflineQueue === false;
}
