import { type ServerResponse } from 'node:http';
import { type LineReader, type Visitor } from './line-reader.js';

/** Told of a stream's life. */
export interface StreamListener {
  /** A line was written. */
  sent(): void;
  /** The visitor went away or `end` was called; the last thing that is told. */
  ended(): void;
}

/** A comment this often keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000;
/** Even when no bell was heard, the stream is looked at this often. */
const LOOK_EVERY_MS = 5_000;

/**
 * Server-Sent Events of one visitor: everything after the cursor, then what comes. The chat's stream is the truth, Pub/Sub
 * only the bell, so a lost announcement delays a line and never loses it.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  private looking = false;
  private again = false;
  private ended = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private stopListening: (() => void) | undefined;
  private listener: StreamListener | undefined;

  constructor(
    private readonly reader: LineReader,
    private readonly visitor: Visitor,
    private readonly response: ServerResponse,
    private cursor: string,
  ) {}

  /** Begins; it goes on until the visitor goes away or `end` is called. */
  open(listener: StreamListener): void {
    this.listener = listener;
    this.response.on('close', () => this.end());
    // A write to a visitor who has just gone fails with an event, not with an exception.
    this.response.on('error', () => this.end());
    if (this.response.destroyed) return this.end();
    this.response.write('retry: 1000\n\n');
    this.timers.push(setInterval(() => this.response.write(':\n\n'), KEEP_ALIVE_MS));
    this.timers.push(setInterval(() => this.look(), LOOK_EVERY_MS));
    this.stopListening = this.reader.listen(this.visitor, () => this.look());
    this.look();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const timer of this.timers) clearInterval(timer);
    this.stopListening?.();
    this.listener?.ended();
    this.response.end();
  }

  /** Combines bells that ring while a read is under way. */
  private look(): void {
    if (this.ended) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    void this.send().finally(() => {
      this.looking = false;
      if (this.again && !this.ended) {
        this.again = false;
        this.look();
      }
    });
  }

  private async send(): Promise<void> {
    for (;;) {
      const lines = await this.reader.after(this.visitor, this.cursor).catch(() => []);
      for (const { id, data } of lines) {
        if (this.ended) return;
        this.cursor = id;
        const full = !this.response.write(`id: ${id}\nevent: message\ndata: ${data}\n\n`);
        this.listener?.sent();
        if (full && !this.response.destroyed) await this.drained();
      }
      if (lines.length === 0 || this.ended) return;
    }
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      this.response.once('drain', resolve);
      this.response.once('close', resolve);
    });
  }
}
