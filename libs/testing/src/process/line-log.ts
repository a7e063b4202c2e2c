import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';

/** A line counts when the expression matches it or the function says so. */
export type LinePattern = RegExp | ((line: string) => boolean);

/** Lines kept of one process; the oldest go first. */
const KEPT_LINES = 10_000;

/** Collects the lines of one process's output, in the order of arrival, and tells who waits for one of them. */
export class LineLog {
  /** The last 10 000 lines of both outputs. */
  readonly lines: string[] = [];
  private readonly listeners = new Set<(line: string) => void>();

  /** Reads a stream to its end; resolves when it has ended. */
  follow(stream: Readable): Promise<void> {
    const reader = createInterface({ input: stream, crlfDelay: Infinity });
    reader.on('line', (line) => this.take(line));
    return new Promise((resolve) => reader.once('close', resolve));
  }

  /** Calls back for every line from now on; returns the way to stop that. */
  onLine(listener: (line: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first kept line that fits. */
  find(pattern: LinePattern): string | undefined {
    return this.lines.find((line) => fits(line, pattern));
  }

  /** The last lines as one text, for an error. */
  tail(count = 15): string {
    return this.lines.slice(-count).join('\n');
  }

  private take(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.splice(0, this.lines.length - KEPT_LINES);
    for (const listener of this.listeners) listener(line);
  }
}

/** Whether a line counts for a pattern. A global expression's own position plays no part. */
export function fits(line: string, pattern: LinePattern): boolean {
  return typeof pattern === 'function' ? pattern(line) : line.search(pattern) >= 0;
}
