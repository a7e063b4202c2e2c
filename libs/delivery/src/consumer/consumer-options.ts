import { type DeadLetter } from '../turn/dead-letter.js';
import { type Effect } from '../ports/effects.js';
import { type RetryPolicy } from '../turn/outcome.js';

/** How a lane collects: until quiet for `quietMs`, at most `maxWaitMs`, `maxMessages`, `maxBytes`. */
export interface BatchPolicy {
  /** 0 hands over each message at once. */
  readonly quietMs: number;
  readonly maxWaitMs: number;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface ConsumerOptions {
  readonly stream: string;
  readonly group: string;
  readonly partitions: number;
  /** Unique name of this process among the group's members; a new one at each start. */
  readonly member: string;
  readonly batch: BatchPolicy;
  readonly retry: RetryPolicy;
  /** Handlers running at once in this process. */
  readonly concurrency: number;
  /** A dead owner's partitions move after this time. */
  readonly leaseTtlMs: number;
  /** On a hand-over and on stop, running turns may take this long before their signal is aborted. */
  readonly drainMs: number;
  /** Reading stops when waiting messages take this much memory. */
  readonly highWaterBytes: number;
  /** Beyond this much of one lane only ids are kept. */
  readonly laneCapBytes: number;
  /** After this many failures in a row of a batch its messages are tried one by one. */
  readonly isolateAfter: number;
  /**
   * What becomes of a conversation whose message was given up: it goes on with the next message, or it is parked until
   * the dead letter is replayed (then the message is tried again in its place) or discarded.
   */
  readonly onGiveUp: 'continue' | 'park';
  /** What newer messages of a conversation do to its running turn. */
  readonly onNewer: 'queue' | 'abort';
  /** Handled entries are kept this long for replay. */
  readonly retentionMs: number;
  /** Logical stream that takes the dead letters. */
  readonly deadLetterStream: string;
  /** What else happens, in the same script, when a message becomes a dead letter. */
  readonly onDeadLetter?: (letter: DeadLetter) => readonly Effect[];
}

/** Settings that suit most consumers; name, stream, group and dead-letter stream are the caller's. */
export const consumerDefaults = {
  partitions: 16,
  batch: { quietMs: 0, maxWaitMs: 10_000, maxMessages: 50, maxBytes: 1 << 20 },
  retry: { maxAttempts: 5, minBackoffMs: 200, maxBackoffMs: 30_000 },
  concurrency: 64,
  leaseTtlMs: 5_000,
  drainMs: 20_000,
  highWaterBytes: 16 << 20,
  laneCapBytes: 256 << 10,
  isolateAfter: 2,
  onNewer: 'queue',
  onGiveUp: 'continue',
  retentionMs: 24 * 3_600_000,
} as const satisfies Partial<ConsumerOptions>;
