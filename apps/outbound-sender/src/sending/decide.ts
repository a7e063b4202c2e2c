import { ProviderError } from '@switchboard/channels';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';

/** A reply that could not be sent for so long is a dead letter: it answers nothing any more. */
const LONGEST_TRYING_MS = 24 * 3_600_000;
/** Wait after a refusal that is not the reply's fault; then the governor says how much longer. */
const SHORT_WAIT_MS = 250;

/** What is known of a failed call beside its error. */
export interface FailedCall {
  /** Since the reply was first handed to the provider. */
  readonly tryingMs: number;
  /** Its circuit breaker is open now, or the call was to find out whether it can close. */
  readonly senderInTrouble: boolean;
}

/**
 * The one place that decides what becomes of a reply whose call failed. What is the sender's trouble and not the reply's
 * costs no attempt: a rate limit, a wait the provider asks for, a failure while the circuit breaker is open.
 *
 * @throws Unrecoverable when it can never be sent, RetryLater when it waits without cost, else the error.
 */
export function decide(error: unknown, { tryingMs, senderInTrouble }: FailedCall): never {
  if (!(error instanceof ProviderError)) throw error;
  const { failure, kind, retryAfterMs, message } = error;
  if (kind === 'permanent' || failure === 'wait-long') throw new Unrecoverable(message, { cause: error });
  if (tryingMs > LONGEST_TRYING_MS) throw new Unrecoverable(`${message}; tried for a day`, { cause: error });
  const slow = failure === 'slow-number' || failure === 'slow-account' || failure === 'slow-pair';
  const free = slow || senderInTrouble || kind === 'unknown-outcome' || retryAfterMs !== undefined;
  if (!free) throw error;
  throw new RetryLater(retryAfterMs ?? SHORT_WAIT_MS, message, { cause: error });
}
