import { type WebSocket } from 'ws';

/** Bounds of one socket. */
export interface SocketLimits {
  /** Bytes that may wait in this process for a slow reader before it is dropped. */
  readonly maxBufferedBytes: number;
  /** Longest time a catching-up socket may take to swallow one stretch. */
  readonly drainMs: number;
}

/** Close codes a page understands: RFC 6455 §7.4.1 and the IANA registry. */
export const CloseCode = { goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const;

/** Time for the close handshake before the connection is cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * The sending half of a browser's socket with a bound on what waits in memory: who does not read is dropped with 1013
 * and resumes by cursor.
 */
export class ViewerSocket {
  constructor(
    private readonly socket: WebSocket,
    private readonly limits: SocketLimits,
    private readonly onDropped: () => void,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Who sends a lot should wait for `drained` now. */
  get isFilling(): boolean {
    return this.socket.bufferedAmount > this.limits.maxBufferedBytes / 4;
  }

  /** Sends a frame unless the socket is closing. */
  send(frame: string): void {
    if (!this.isOpen) return;
    this.socket.send(frame);
    if (this.socket.bufferedAmount > this.limits.maxBufferedBytes) this.drop();
  }

  /** Resolves when the browser's side has taken what was sent so far, or the socket is closing. */
  async drained(): Promise<void> {
    if (!this.isOpen || this.socket.bufferedAmount === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.drop();
        resolve();
      }, this.limits.drainMs);
    });
    // The callback of a ping runs when everything before it has been written to the connection.
    const written = new Promise<void>((resolve) => this.socket.ping('', false, () => resolve()));
    await Promise.race([written, late]);
    clearTimeout(timer);
  }

  /** Asks the browser to close, and cuts the connection when it does not. */
  close(code: number, reason: string): void {
    if (this.socket.readyState === this.socket.CLOSED) return;
    this.socket.close(code, reason);
    const cut = setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS);
    cut.unref();
    this.socket.once('close', () => clearTimeout(cut));
  }

  private drop(): void {
    if (!this.isOpen) return;
    this.onDropped();
    this.close(CloseCode.tryAgainLater, 'too slow');
  }
}
