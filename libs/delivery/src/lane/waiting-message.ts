import { type StoredEntry } from '../ports/stream-store.js';

/** About what a waiting message and its share of a lane take beside the content, in bytes. */
export const MESSAGE_OVERHEAD_BYTES = 700;

/** A message waiting in its lane; pending in the store until its turn is committed. */
export interface WaitingMessage {
  readonly entry: StoredEntry;
  readonly bytes: number;
  /** Monotonic time of arrival in this process, ms. */
  readonly arrivedAtMs: number;
  /** Was delivered to an earlier owner of the partition, which may have died of it. */
  readonly redelivered: boolean;
  /** Attempts that are over. */
  attempts: number;
  /** The store knows of some attempts. */
  attemptsStored: boolean;
  /** Redelivered and not tried yet in this process: its next attempt is counted before it begins. */
  mayKill: boolean;
  /** An owner began it and did not live to tell how it ended. */
  suspect: boolean;
  /** The store knows of the attempt under way. */
  begun: boolean;
}
