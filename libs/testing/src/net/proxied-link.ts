import { connect, type Socket } from 'node:net';
import { OneWay, type Passage } from './one-way.js';

/** What a link does with requests (client to server) and replies (server to client). */
export interface LinkBehaviour {
  requests: Passage;
  replies: Passage;
  /** One-way delay of each direction. */
  delayMs: number;
}

/** One client's connection through the proxy and the connection to the server that belongs to it. */
export class ProxiedLink {
  private readonly server: Socket;
  private readonly requests: OneWay;
  private readonly replies: OneWay;

  constructor(
    private readonly client: Socket,
    target: { host: string; port: number },
    private readonly closed: (link: ProxiedLink) => void,
  ) {
    this.server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.requests = new OneWay(client, this.server);
    this.replies = new OneWay(this.server, client);
    for (const socket of [client, this.server]) {
      // An end that breaks takes the other one with it, as the break of the one connection they stand for.
      socket.on('error', () => this.reset());
      socket.on('close', () => this.endTogether());
    }
  }

  /** Bytes of replies that the client has not been given. */
  get heldReplyBytes(): number {
    return this.replies.heldBytes;
  }

  behave({ requests, replies, delayMs }: LinkBehaviour): void {
    this.requests.set(requests, delayMs);
    this.replies.set(replies, delayMs);
  }

  /** Breaks both ends with RST; bytes on their way are lost. */
  reset(): void {
    this.requests.close();
    this.replies.close();
    for (const socket of [this.client, this.server]) {
      if (!socket.destroyed) socket.resetAndDestroy();
    }
  }

  private endTogether(): void {
    if (this.client.destroyed && this.server.destroyed) this.closed(this);
    else if (this.client.errored || this.server.errored) this.reset();
  }
}
