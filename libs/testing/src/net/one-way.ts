import { type Socket } from 'node:net';

/**
 * What happens to bytes on their way: `flow` passes them on, `stall` leaves them where they are (the sender's own
 * buffers fill up), `hold` takes them over and keeps them.
 */
export type Passage = 'flow' | 'stall' | 'hold';

/** Bytes kept for a delay before the sender is made to wait. */
const DELAYED_BYTES_LIMIT = 8 * 1024 * 1024;

/** One direction of a connection: takes bytes from one socket and gives them to another, in order. */
export class OneWay {
  private readonly queue: { dueAt: number; chunk: Buffer }[] = [];
  private queuedBytes = 0;
  private passage: Passage = 'flow';
  private delayMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private fromEnded = false;
  private toIsFull = false;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    from.on('data', (chunk: Buffer) => {
      this.queue.push({ dueAt: Date.now() + this.delayMs, chunk });
      this.queuedBytes += chunk.length;
      this.pump();
    });
    from.on('end', () => {
      this.fromEnded = true;
      this.pump();
    });
    to.on('drain', () => {
      this.toIsFull = false;
      this.pump();
    });
  }

  /** Bytes taken over and not passed on. */
  get heldBytes(): number {
    return this.queuedBytes;
  }

  /** Changes what happens from now on, to kept bytes too. */
  set(passage: Passage, delayMs: number): void {
    this.passage = passage;
    this.delayMs = delayMs;
    this.pump();
  }

  close(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
    this.queuedBytes = 0;
  }

  private pump(): void {
    clearTimeout(this.timer);
    if (this.passage === 'flow') this.passOn();
    if (this.mayTakeMore()) this.from.resume();
    else this.from.pause();
  }

  private mayTakeMore(): boolean {
    if (this.passage === 'hold') return true;
    return this.passage === 'flow' && !this.toIsFull && this.queuedBytes < DELAYED_BYTES_LIMIT;
  }

  private passOn(): void {
    const now = Date.now();
    while (!this.toIsFull && this.to.writable) {
      const next = this.queue[0];
      if (!next) {
        if (this.fromEnded) this.to.end();
        return;
      }
      if (next.dueAt > now) {
        this.timer = setTimeout(() => this.pump(), next.dueAt - now);
        return;
      }
      this.queue.shift();
      this.queuedBytes -= next.chunk.length;
      this.toIsFull = !this.to.write(next.chunk);
    }
  }
}
