/** Messages of one sender that never came: their sequence numbers, both ends included. */
export interface SequenceGap {
  /** Mailbox or topic. */
  readonly channel: string;
  readonly sender: string;
  readonly from: number;
  readonly to: number;
}

/** Why a message was not handed to anybody. */
export type DropReason = 'duplicate' | 'expired' | 'unreadable' | 'withdrawn';

/** What a bus tells of its work. Every method may be absent and must not throw. */
export interface BusObserver {
  sent?(channel: string): void;
  delivered?(channel: string): void;
  dropped?(channel: string, reason: DropReason): void;
  gap?(gap: SequenceGap): void;
  /** The link to the store was away for a while: broadcasts of that time are lost for these patterns. */
  broadcastsMissed?(patterns: readonly string[]): void;
  notAcknowledged?(channel: string): void;
  /** A message was given up and waits with the dead letters: by its receiver, or because its receivers died. */
  deadLettered?(channel: string): void;
  /** A call to the store failed; what it was for is tried again. */
  storeFailed?(operation: string, error: Error): void;
}
