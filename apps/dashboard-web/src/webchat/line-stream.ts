import type { WebchatLine } from '@switchboard/message-schema';
import { retryDelayMs } from '../retry-delay.js';

/** What the stream tells the page. */
export interface LineEvents {
  onLine(line: WebchatLine): void;
  onLink(connected: boolean): void;
}

/**
 * The lines of this chat as Server-Sent Events. EventSource reconnects by itself and resumes with Last-Event-ID; only
 * after an HTTP error does it give up (HTML standard, "fail the connection"), and then a new one begins after a while.
 * That one may repeat lines, so lines are told apart by id.
 */
export class LineStream {
  private failures = 0;

  constructor(
    private readonly url: string,
    private readonly events: LineEvents,
  ) {}

  start(): void {
    const source = new EventSource(this.url);
    source.addEventListener('open', () => {
      this.failures = 0;
      this.events.onLink(true);
    });
    source.addEventListener('message', (event) => {
      const line = readLine(event.data);
      if (line) this.events.onLine(line);
    });
    source.addEventListener('error', () => {
      this.events.onLink(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), retryDelayMs(this.failures++));
    });
  }
}

function readLine(text: unknown): WebchatLine | undefined {
  try {
    const line = JSON.parse(String(text)) as WebchatLine | null;
    return line && typeof line.id === 'string' && typeof line.text === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}
