import { type AgentMessage } from '@switchboard/message-schema';
import { type Delivery } from '../delivery.js';
import { type TakenMail } from '../ports/mailboxes.js';

/** How a delivery ends; each is called at most once per delivery. */
export interface Endings {
  ack(delivery: LetterDelivery): Promise<void>;
  retry(delivery: LetterDelivery, delayMs: number | undefined, reason: string): Promise<void>;
  bury(delivery: LetterDelivery, reason: string): Promise<void>;
  escalate(delivery: LetterDelivery, pass: () => Promise<void>): Promise<void>;
}

/** A message taken from a mailbox and not settled yet. */
export class LetterDelivery implements Delivery {
  private ending: Promise<void> | undefined;

  constructor(
    readonly message: AgentMessage,
    readonly mailbox: string,
    readonly receiver: string,
    readonly mail: TakenMail,
    private readonly endings: Endings,
  ) {}

  get attempt(): number {
    return this.mail.attempt;
  }

  get signal(): AbortSignal {
    return this.mail.signal;
  }

  ack(): Promise<void> {
    return this.end(() => this.endings.ack(this));
  }

  retry(options: { readonly delayMs?: number; readonly reason?: string } = {}): Promise<void> {
    const { delayMs, reason = 'the receiver asked for a retry' } = options;
    return this.end(() => this.endings.retry(this, delayMs, reason));
  }

  bury(reason: string): Promise<void> {
    return this.end(() => this.endings.bury(this, reason));
  }

  /** Passed on to the next level by `pass`, and handled here with that. */
  escalate(pass: () => Promise<void>): Promise<void> {
    return this.end(() => this.endings.escalate(this, pass));
  }

  /** A failed ending leaves the delivery unsettled: it may be tried again. */
  private end(how: () => Promise<void>): Promise<void> {
    this.ending ??= how().catch((error: unknown) => {
      this.ending = undefined;
      throw error;
    });
    return this.ending;
  }
}
