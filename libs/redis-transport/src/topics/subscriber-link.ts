import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { whenReady } from './when-ready.js';

/** An exact channel or a glob pattern. */
export type ChannelKind = 'channel' | 'pattern';

export interface LinkEvents {
  /** The connection is there, for the first time or again, and has no subscriptions. */
  up(client: Redis): Promise<void>;
  message(kind: ChannelKind, name: string, channel: string, data: string): void;
  /** The connections were closed. */
  closed(): void;
}

/** How often the connection to a cluster's node is tried: an idle subscriber on a dead link is otherwise never noticed. */
const PING_MS = 2_000;
const REOPEN_MS = 300;

/**
 * The subscriber connection. In a cluster every node hears every message, so one plain connection to any node does; the
 * subscriber inside of an ioredis `Cluster` has no limits against a frozen node and changes nodes without a word.
 */
export class SubscriberLink {
  private client: Redis | undefined;
  private opened = false;
  private closed = false;

  constructor(
    private readonly connections: RedisConnections,
    private readonly command: () => Redis,
    private readonly events: LinkEvents,
  ) {}

  /** The client when it can be written to; begins to connect at the first call. */
  open(): Redis | undefined {
    if (!this.opened) {
      this.opened = true;
      if (this.connections.clustered) void this.followCluster();
      else this.listen(this.connections.open('subscriber')).once('end', () => this.events.closed());
    }
    return this.client?.status === 'ready' ? this.client : undefined;
  }

  private listen(client: Redis): Redis {
    this.client = client;
    // `up` subscribes what is wanted; ioredis would bring back what was given up while the link was down.
    client.options.autoResubscribe = false;
    client.on('ready', () => void this.events.up(client));
    client.on('message', (channel: string, data: string) => this.events.message('channel', channel, channel, data));
    client.on('pmessage', (pattern: string, channel: string, data: string) =>
      this.events.message('pattern', pattern, channel, data),
    );
    return client;
  }

  private async followCluster(): Promise<void> {
    const cluster = this.command();
    cluster.once('end', () => {
      this.closed = true;
      this.client?.disconnect();
      this.events.closed();
    });
    while (!this.closed) {
      await whenReady(cluster, REOPEN_MS).catch(() => undefined);
      if (!this.closed && cluster.status === 'ready') await this.useNode(anyNode(cluster));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * REOPEN_MS));
    }
  }

  /** Resolves when the connection has ended. */
  private async useNode(node: Redis | undefined): Promise<void> {
    if (!node) return;
    const client = node.duplicate({ retryStrategy: null, lazyConnect: false, enableOfflineQueue: false });
    client.on('error', () => undefined);
    this.listen(client);
    const ping = setInterval(() => {
      if (client.status === 'ready') client.ping().catch(() => client.disconnect());
    }, PING_MS);
    await new Promise<void>((resolve) => client.once('end', resolve));
    clearInterval(ping);
  }
}

function anyNode(cluster: Redis): Redis | undefined {
  const nodes = (cluster as unknown as { nodes(role: 'all'): Redis[] }).nodes('all');
  return nodes[Math.floor(Math.random() * nodes.length)];
}
