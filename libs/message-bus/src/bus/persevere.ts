import { setTimeout as pause } from 'node:timers/promises';
import { type Tally } from './tally.js';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

export interface Perseverance {
  /** What is done, for the observer. */
  readonly operation: string;
  readonly giveUpAtMs: number;
  readonly tally: Tally;
  /** True for an error that waiting does not cure. */
  readonly isFinal?: (error: unknown) => boolean;
}

/** Repeats a call to the store until it succeeds; after the time, or at a final error, throws the last error. */
export async function persevere<T>(call: () => Promise<T>, how: Perseverance): Promise<T> {
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (how.isFinal?.(error) || performance.now() + waitMs > how.giveUpAtMs) throw error;
      how.tally.storeFailed(how.operation, error as Error);
      await pause(waitMs);
    }
  }
}
