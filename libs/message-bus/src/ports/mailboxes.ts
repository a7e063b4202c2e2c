import { type Priority } from '@switchboard/message-schema';
import { type AuditLine } from '../audit-trail.js';

/** A message on its way into a mailbox. */
export interface Mail {
  /** Message id; a mailbox takes each once. */
  readonly id: string;
  readonly data: string;
  readonly priority: Priority;
}

/** A message in a reader's hands; see `Delivery` for what the endings mean. */
export interface TakenMail {
  readonly data: string;
  readonly priority: Priority;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** The lines are written with it, or neither happens. */
  done(audit: readonly AuditLine[]): Promise<void>;
  /** `dead` when that was the last attempt. */
  retry(delayMs: number | undefined, reason: string): Promise<'waiting' | 'dead'>;
  bury(reason: string): Promise<void>;
  /** As if it had never been taken: the next one to be handed out. */
  giveBack(): Promise<void>;
}

export interface MailReader {
  /** The next message; waits for one. Nothing once the signal was aborted or the reader stopped. */
  take(signal: AbortSignal): Promise<TakenMail | undefined>;
  /** Takes no more; what was not handed out goes back. What was handed out has `graceMs` to be settled. */
  stop(graceMs: number): Promise<void>;
}

/** A message as it reaches a reader. */
export interface Arrival {
  readonly id: string;
  readonly sender: string;
  readonly sequence: number | undefined;
  readonly priority: Priority;
}

/**
 * What the mailbox knows of an arriving message. `handled`: a reader has handled this id before. `withdrawn`: its sender
 * gave it up.
 */
export interface ArrivalVerdict {
  readonly state: 'new' | 'handled' | 'withdrawn';
  /** Numbers of this sender below this one have not arrived yet. */
  readonly hole: boolean;
}

export interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** A message that was given up. */
export interface MailDeadLetter {
  readonly id: string;
  /** The message as stored. */
  readonly data: string;
  readonly reason: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly failedAt: string;
}

/** What lies dead in one mailbox, until it is replayed or discarded. */
export interface MailDeadLetters {
  list(limit: number): Promise<MailDeadLetter[]>;
  /** Puts it into the mailbox again, with all attempts before it; false when there is none of this id. */
  replay(id: string): Promise<boolean>;
  discard(id: string): Promise<boolean>;
}

/**
 * Where direct messages wait: an inbox for each agent, a queue for each role. Every call may be repeated after a lost
 * reply; one that cannot reach the store rejects.
 */
export interface Mailboxes {
  /** The number of this message among its sender's in this mailbox: 1, 2, 3 …; the same one again for the same id. */
  number(mailbox: string, sender: string, id: string): Promise<number>;
  /** The lines are written with it, or neither happens; not at all for a duplicate. */
  put(mailbox: string, mail: Mail, audit: readonly AuditLine[]): Promise<'stored' | 'duplicate'>;
  /** `buried`: a message became a dead letter on the way, as its last reader died at its last attempt. */
  reader(mailbox: string, name: string, buried: (data: string, reason: string) => void): MailReader;
  arrive(mailbox: string, arrival: Arrival): Promise<ArrivalVerdict>;
  /** Remembers a message as handled, for the deduplication window, and as arrived; it is not withdrawn any more. */
  remember(mailbox: string, arrival: Arrival): Promise<void>;
  wasHandled(mailbox: string, id: string): Promise<boolean>;
  /** Makes a message that waits a dead letter, with these lines, unless it was handled: then nothing happens. */
  withdraw(mailbox: string, letter: MailDeadLetter, audit: readonly AuditLine[]): Promise<'withdrawn' | 'handled'>;
  /**
   * Numbers of a sender that have not arrived although later ones have, and that cannot wait anywhere in the mailbox any
   * more; each is told once.
   */
  missing(
    mailbox: string,
    sender: string,
  ): Promise<{ readonly ranges: readonly SequenceRange[]; readonly open: boolean }>;
  deadLetters(mailbox: string): MailDeadLetters;
}
