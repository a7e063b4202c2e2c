import { doneWithin } from '@switchboard/delivery';
import { Cluster, Redis } from 'ioredis';
import { clusterOptions, commandLimitMs, failsUnconnected, redisOptions } from './client-options.js';
import { ACK_DEGRADED, type ConnectionObserver } from './connection-observer.js';
import { joinWrites } from './joined-writes.js';
import { quieten } from './quiet-subscriptions.js';
import { type Purpose, type RedisSettings } from './redis-settings.js';

export { type ConnectionObserver } from './connection-observer.js';

/** How often a subscriber says something: an idle subscriber on a dead link is otherwise never noticed. */
const SUBSCRIBER_PING_MS = 2_000;
/** Pause before a client that ioredis gave up is connected again. */
const REVIVE_MS = 500;
/** Longest wait for connections to be closed. */
const CLOSE_MS = 1_000;

/**
 * Opens and closes all Redis clients of a process. Every client has limits that end each call, so that nothing hangs for
 * ever on a dead or frozen server, and none is ever given up.
 */
export class RedisConnections {
  private readonly clients = new Set<Redis>();
  private readonly pings = new Map<Redis, NodeJS.Timeout>();
  private closed = false;

  constructor(
    private readonly settings: RedisSettings,
    private readonly clientName: string,
    private readonly observer?: ConnectionObserver,
  ) {}

  /** Stands before every key and every Pub/Sub channel. */
  get keyPrefix(): string {
    return this.settings.keyPrefix;
  }

  /** True when the keys of one call must share a slot. */
  get clustered(): boolean {
    return this.settings.clusterNodes !== undefined;
  }

  /**
   * A new client. In Cluster mode the object is an ioredis `Cluster`; only commands that both offer are used on it, hence
   * the one type.
   *
   * @throws after `close`: nobody would end that client.
   */
  open(purpose: Purpose): Redis {
    if (this.closed) throw new Error('the connections to Redis are closed');
    const client = this.create(purpose);
    this.clients.add(client);
    this.observe(client, purpose);
    client.on('end', () => this.revive(client));
    if (this.clustered) client.on('+node', (node: Redis) => quieten(node, 'asking'));
    else {
      quieten(client, 'subscribe', 'psubscribe', 'ssubscribe');
      client.on('close', () => rejectPending(client, { offlineQueue: false }));
    }
    if (purpose === 'command' || purpose === 'producer') joinWrites(client, this.clustered);
    if (purpose === 'subscriber') this.keepAwake(client);
    return client;
  }

  /** Ends one client at once; calls under way are rejected. */
  discard(client: Redis): void {
    clearInterval(this.pings.get(client));
    this.pings.delete(client);
    this.clients.delete(client);
    const waits = client.status === 'reconnecting';
    client.disconnect();
    stopRefreshing(client);
    // Between two attempts ioredis cancels the next one and says no more, also not to the calls that wait for it.
    if (waits) rejectPending(client, { offlineQueue: true });
  }

  /** Ends all clients and waits until their connections are closed, at most a second. */
  async close(): Promise<void> {
    this.closed = true;
    const clients = [...this.clients];
    const ended = Promise.all(clients.map(hasEnded));
    for (const client of clients) this.discard(client);
    await doneWithin(CLOSE_MS, ended);
  }

  private create(purpose: Purpose): Redis {
    const { settings, clientName } = this;
    if (settings.clusterNodes) {
      const nodes = settings.clusterNodes.map(({ host, port }) => ({ host, port }));
      const cluster = new Cluster(nodes, clusterOptions(settings, purpose, clientName));
      limitWaiting(cluster, purpose);
      return cluster as unknown as Redis;
    }
    const options = redisOptions(settings, purpose, clientName);
    return settings.sentinels ? new Redis(options) : new Redis(settings.url ?? 'redis://127.0.0.1:6379', options);
  }

  private observe(client: Redis, purpose: Purpose): void {
    let connected = false;
    client.on('ready', () => {
      connected = true;
      this.observer?.connected(purpose);
    });
    client.on('close', () => {
      if (connected) this.observer?.disconnected(purpose);
      connected = false;
    });
    client.on('reconnecting', () => this.observer?.reconnecting(purpose));
    client.on('error', (error: Error) => this.observer?.failed(purpose, error));
    client.on(ACK_DEGRADED, (degraded: boolean) => this.observer?.ackDegraded?.(degraded));
  }

  /**
   * A failover that is announced while a client asks the Sentinels for the master makes ioredis end the client for good:
   * its connector stops, and "Connection is closed" is no error it retries after (taskforcesh/bullmq#4378).
   */
  private revive(client: Redis): void {
    if (!this.clients.has(client)) return;
    const timer = setTimeout(() => {
      if (this.clients.has(client) && client.status === 'end') client.connect().catch(() => undefined);
    }, REVIVE_MS);
    timer.unref();
  }

  private keepAwake(client: Redis): void {
    const ping = setInterval(() => {
      if (client.status === 'ready') client.ping().catch(() => undefined);
    }, SUBSCRIBER_PING_MS);
    ping.unref();
    this.pings.set(client, ping);
  }
}

/**
 * Calls whose connection has closed will never be answered. ioredis would leave them pending to their time limit, which is
 * most of a lease; their callers may repeat every one of them now.
 */
function rejectPending(client: Redis, queues: { offlineQueue: boolean }): void {
  const inner = client as unknown as { flushQueue(error: Error, queues: { offlineQueue: boolean }): void };
  inner.flushQueue(new Error('Connection is closed.'), queues);
}

/** Resolves when the client has no connection and will make none. One that is between two attempts says no more. */
function hasEnded(client: Redis): Promise<void> {
  if (client.status === 'end' || client.status === 'reconnecting') return Promise.resolve();
  return new Promise((resolve) => client.once('end', resolve));
}

/**
 * A disconnect that falls into a running refresh of a cluster's slots makes ioredis plan the next one all the same, so that
 * the process never ends (`refreshSlotsCache` in ioredis 6.0's cluster/index.js).
 */
function stopRefreshing(client: Redis): void {
  const { refreshSlotsCache } = client as unknown as Partial<Cluster>;
  if (refreshSlotsCache) Object.assign(client, { refreshSlotsCache: () => undefined });
}

/**
 * A cluster's connections limit the time of a command, but a cluster that reaches no node keeps commands in a queue of its
 * own without any limit (ioredis 6.0, cluster/index.js `sendCommand`).
 */
function limitWaiting(cluster: Cluster, purpose: Purpose): void {
  const limitMs = commandLimitMs(purpose);
  if (limitMs === undefined) return;
  const send = cluster.sendCommand.bind(cluster);
  cluster.sendCommand = (command, ...rest) => {
    command.setTimeout(limitMs);
    if (!failsUnconnected(purpose) || cluster.status === 'ready' || isOwn(command)) return send(command, ...rest);
    command.reject(new Error('no connection to the Redis Cluster'));
    return command.promise;
  };
}

/** A command of ioredis itself, with which it finds out whether the cluster serves. */
function isOwn({ name }: { readonly name: string }): boolean {
  return name === 'cluster';
}
