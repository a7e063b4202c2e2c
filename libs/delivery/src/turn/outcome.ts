import { RetryLater, Unrecoverable } from '../errors.js';

/** What becomes of the messages of a turn. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly costsAttempt: boolean }
  | { readonly kind: 'dead'; readonly reason: string };

export interface RetryPolicy {
  /** Attempts before a message becomes a dead letter. */
  readonly maxAttempts: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

/**
 * Wait before attempt `attempt + 1`: exponential with full jitter, a random time between 0 and min·2^(attempt-1), at
 * most `maxBackoffMs`, and at least half of `minBackoffMs` so that a retry is never immediate.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, policy: RetryPolicy, random: () => number): number {
  const ceiling = Math.min(policy.maxBackoffMs, policy.minBackoffMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(policy.minBackoffMs / 2, random() * ceiling);
}

/** True for errors that say a message can never be handled, whatever class they come from. */
function isFinal(error: unknown): boolean {
  if (error instanceof Unrecoverable) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'UNRECOVERABLE' || code === 'INVALID_MESSAGE';
}

/** The one place that decides what an error means. `attempts` counts this one. */
export function outcomeOf(error: unknown, attempts: number, policy: RetryPolicy, random = Math.random): Outcome {
  if (error instanceof RetryLater) return { kind: 'retry', afterMs: error.afterMs, costsAttempt: false };
  if (isFinal(error)) return { kind: 'dead', reason: 'unrecoverable' };
  if (attempts >= policy.maxAttempts) return { kind: 'dead', reason: 'attempts exhausted' };
  return { kind: 'retry', afterMs: backoffMs(attempts, policy, random), costsAttempt: true };
}
