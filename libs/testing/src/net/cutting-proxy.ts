import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type LinkBehaviour, ProxiedLink } from './proxied-link.js';

const healthy: LinkBehaviour = { requests: 'flow', replies: 'flow', delayMs: 0 };

/**
 * A TCP proxy on 127.0.0.1 that does to connections what networks do: cuts them, goes silent, swallows replies, is slow.
 * It starts healthy. Every fault holds for present and for new connections until `heal` or another fault.
 */
export class CuttingProxy {
  /** Connections accepted since the start. */
  accepted = 0;
  private readonly links = new Set<ProxiedLink>();
  private behaviour = healthy;
  private refuses = false;

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client) => this.take(client));
  }

  /** Starts a proxy in front of a port. */
  static async to(target: number | { host: string; port: number }): Promise<CuttingProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, typeof target === 'number' ? { host: '127.0.0.1', port: target } : target);
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Connections open at the moment. */
  get connections(): number {
    return this.links.size;
  }

  /** Bytes of replies that have come from the server and were kept from the clients. */
  get heldReplyBytes(): number {
    return [...this.links].reduce((sum, link) => sum + link.heldReplyBytes, 0);
  }

  /** Resets every connection, and every new one at once. Bytes on their way are lost. */
  cut(): void {
    this.refuses = true;
    this.behave(healthy);
    this.resetAll();
  }

  /** Resets every connection once; new ones are served. */
  resetAll(): void {
    for (const link of [...this.links]) link.reset();
  }

  /**
   * Silence: connections stay open, new ones are accepted, nothing passes in either direction and no end learns that the
   * other is gone. Bytes wait in the buffers, as they do in TCP, and go on after `heal`.
   */
  blackhole(): void {
    this.refuses = false;
    this.behave({ ...healthy, requests: 'stall', replies: 'stall' });
  }

  /** Requests reach the server, replies do not reach the client. `heal` delivers them late, `dropHeld` never. */
  holdReplies(): void {
    this.refuses = false;
    this.behave({ ...healthy, replies: 'hold' });
  }

  /** The reply is lost on the wire: resets the connections with the replies they hold, and is healthy again. */
  dropHeld(): void {
    this.resetAll();
    this.heal();
  }

  /** Delays every byte by `ms` in each direction; a round trip takes twice that longer. */
  delay(ms: number): void {
    this.refuses = false;
    this.behave({ ...healthy, delayMs: ms });
  }

  heal(): void {
    this.refuses = false;
    this.behave(healthy);
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.resetAll();
    await closed;
  }

  private take(client: Socket): void {
    this.accepted += 1;
    if (this.refuses) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const link = new ProxiedLink(client, this.target, (gone) => this.links.delete(gone));
    this.links.add(link);
    link.behave(this.behaviour);
  }

  private behave(behaviour: LinkBehaviour): void {
    this.behaviour = behaviour;
    for (const link of this.links) link.behave(behaviour);
  }
}
