import { randomId } from '../random-id.js';
import { retryDelayMs } from '../retry-delay.js';

/** A message of the guest that the server has not taken yet. */
export interface Outgoing {
  /** Stays the same over all tries, so that the server takes the message once. */
  readonly messageId: string;
  readonly text: string;
  readonly timestamp: string;
}

/** What became of one try. */
export type PostResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'later'; readonly afterMs?: number };

/** Where waiting messages outlive a reload of the page. */
export interface OutboxMemory {
  load(): readonly Outgoing[];
  save(waiting: readonly Outgoing[]): void;
}

/** What the outbox tells the page. */
export interface OutboxEvents {
  onAccepted(message: Outgoing): void;
  onRefused(message: Outgoing, detail: string): void;
  /** The message waits for the server to come back. */
  onDelayed(message: Outgoing): void;
}

/** Sends the guest's messages one after the other, in order, each until the server has taken or refused it. */
export class Outbox {
  private readonly waiting: Outgoing[];
  private sending = false;
  private failures = 0;

  constructor(
    private readonly post: (message: Outgoing) => Promise<PostResult>,
    private readonly memory: OutboxMemory,
    private readonly events: OutboxEvents,
    private readonly wait: (ms: number) => Promise<void>,
  ) {
    this.waiting = [...memory.load()];
  }

  /** Messages left from before a reload, oldest first. */
  get left(): readonly Outgoing[] {
    return this.waiting;
  }

  /** Takes a new message and begins to send it. */
  add(text: string, now = new Date()): Outgoing {
    const message = { messageId: randomId(), text, timestamp: now.toISOString() };
    this.waiting.push(message);
    this.memory.save(this.waiting);
    void this.send();
    return message;
  }

  /** Sends what waits; returns when nothing waits any more. */
  async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let next = this.waiting[0]; next; next = this.waiting[0]) await this.tryOnce(next);
    this.sending = false;
  }

  private async tryOnce(message: Outgoing): Promise<void> {
    const result = await this.post(message);
    if (result.kind === 'later') {
      this.events.onDelayed(message);
      await this.wait(result.afterMs ?? retryDelayMs(this.failures++));
      return;
    }
    this.failures = 0;
    this.waiting.shift();
    this.memory.save(this.waiting);
    if (result.kind === 'accepted') this.events.onAccepted(message);
    else this.events.onRefused(message, result.detail);
  }
}
