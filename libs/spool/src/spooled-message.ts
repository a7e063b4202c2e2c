import { type Published, type Unavailable } from '@switchboard/delivery';

/** A message as the spool keeps it; what is in the body is the caller's business. */
export interface SpooledMessage {
  /** Message id. The spool holds each id once, and the destination deduplicates by it. */
  readonly id: string;
  /** Conversation id; the order is kept within it. */
  readonly conversation: string;
  readonly body: string;
}

/** A message of the spool with its place in the order. */
export interface SpoolRow extends SpooledMessage {
  readonly seq: number;
  readonly bytes: number;
}

/** How messages of one kind are named, written and read again. */
export interface Carried<T> {
  idOf(message: T): string;
  conversationOf(message: T): string;
  write(message: T): string;
  /** @throws when the text is no such message (any more). */
  read(body: string): T;
}

/** Where messages go, directly or from the spool. */
export interface Destination<T> {
  /**
   * Resolves once the message is stored durably.
   *
   * @throws Unavailable for "not now"; any other error means that this message will never be taken.
   */
  publish(message: T): Promise<Published>;
  /** False when an error speaks of the message's own conversation and not of the destination as a whole. */
  concernsAll?(error: Unavailable): boolean;
  /** Rejects while the destination can take nothing; asked when no message is at hand to find out with. */
  probe(): Promise<void>;
}
