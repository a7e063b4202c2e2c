import { type ConversationUpdate } from '@switchboard/message-schema';
import { waitFor } from '@switchboard/testing';
import { type ClientRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** A frame as a browser gets it. */
export interface SeenFrame {
  readonly type: string;
  readonly cursor?: string;
  readonly update?: ConversationUpdate;
  readonly atMs: number;
}

/** How to ask for the WebSocket. */
export interface ViewRequest {
  readonly cookie?: string;
  readonly origin?: string;
  readonly cursor?: string | undefined;
}

/** A browser that watches: keeps every frame. */
export class TestViewer {
  readonly frames: SeenFrame[] = [];
  closed: { code: number; reason: string } | undefined;
  /** Status of a refused handshake. */
  refusedWith: number | undefined;
  readonly socket: WebSocket;

  constructor(port: number, { cookie, origin = `http://127.0.0.1:${port}`, cursor = '' }: ViewRequest) {
    const url = `ws://127.0.0.1:${port}/ws?cursor=${encodeURIComponent(cursor)}`;
    this.socket = new WebSocket(url, { ...(origin ? { origin } : {}), headers: cookie ? { cookie } : {} });
    this.socket.on('message', (data: Buffer) =>
      this.frames.push({ ...(JSON.parse(data.toString()) as SeenFrame), atMs: performance.now() }),
    );
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      this.refusedWith = response.statusCode;
      request.destroy();
    });
    this.socket.on('error', () => undefined);
  }

  /** Texts of the updates seen so far, in order. */
  get texts(): (string | undefined)[] {
    return this.frames.filter(({ type }) => type === 'update').map(({ update }) => update?.text);
  }

  get isLive(): boolean {
    return this.frames.some(({ type }) => type === 'snapshot-end');
  }

  /** Cursor of the last frame that had one. */
  get cursor(): string | undefined {
    return this.frames.findLast(({ cursor }) => cursor !== undefined)?.cursor;
  }

  async live(): Promise<this> {
    await waitFor(() => this.isLive, { timeoutMs: 10_000, describe: 'the viewer is live' });
    return this;
  }

  async sees(count: number): Promise<this> {
    await waitFor(() => this.texts.length >= count, {
      timeoutMs: 10_000,
      describe: () => `${count} updates are seen; ${this.texts.length} were`,
    });
    return this;
  }

  async ended(): Promise<{ code: number; reason: string }> {
    await waitFor(() => this.closed !== undefined, { timeoutMs: 10_000, describe: 'the socket is closed' });
    return this.closed as { code: number; reason: string };
  }

  close(): void {
    this.socket.terminate();
  }
}
