import { Cluster, Redis } from 'ioredis';
import { clusterOptions, redisOptions } from './client-options.js';
import { type Purpose, type RedisSettings } from './redis-settings.js';

/** What happens on the wire, for logs and metrics. */
export interface ConnectionObserver {
  connected(purpose: Purpose): void;
  disconnected(purpose: Purpose): void;
  reconnecting(purpose: Purpose): void;
  failed(purpose: Purpose, error: Error): void;
}

/** How often a subscriber says something: an idle subscriber on a dead link is otherwise never noticed. */
const SUBSCRIBER_PING_MS = 2_000;

/**
 * Opens and closes all Redis clients of a process. Every client has limits that end each call, so that nothing hangs for
 * ever on a dead or frozen server.
 */
export class RedisConnections {
  private readonly clients = new Set<Redis>();
  private readonly pings = new Map<Redis, NodeJS.Timeout>();

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
   */
  open(purpose: Purpose): Redis {
    const client = this.create(purpose);
    this.clients.add(client);
    this.observe(client, purpose);
    if (purpose === 'subscriber') this.keepAwake(client);
    return client;
  }

  /** Ends one client at once; calls under way are rejected. */
  discard(client: Redis): void {
    clearInterval(this.pings.get(client));
    this.pings.delete(client);
    this.clients.delete(client);
    client.disconnect();
  }

  /** Ends all clients. */
  async close(): Promise<void> {
    for (const client of [...this.clients]) this.discard(client);
    await Promise.resolve();
  }

  private create(purpose: Purpose): Redis {
    const { settings, clientName } = this;
    if (settings.clusterNodes) {
      return new Cluster(
        settings.clusterNodes.map(({ host, port }) => ({ host, port })),
        clusterOptions(settings, purpose, clientName),
      ) as unknown as Redis;
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
  }

  private keepAwake(client: Redis): void {
    const ping = setInterval(() => {
      if (client.status === 'ready') client.ping().catch(() => undefined);
    }, SUBSCRIBER_PING_MS);
    ping.unref();
    this.pings.set(client, ping);
  }
}
