/** What a sender does about a failure. */
export type FailureKind = 'retry' | 'retry-after' | 'permanent' | 'pause' | 'unknown-outcome';

/**
 * Why a provider did not take a message, in classes that call for different actions:
 * `slow-number` the sending number is over its limit; `slow-account` everything sent with this account or from this address
 * is; `slow-pair` this guest gets messages too fast;
 * `transient` trouble at the provider; `unknown` it may have taken the message; `wait-long` not within a day;
 * `stop` nothing of this source can be sent until a person acts; `permanent` this message can never be sent.
 */
export type FailureClass =
  'slow-number' | 'slow-account' | 'slow-pair' | 'transient' | 'unknown' | 'wait-long' | 'stop' | 'permanent';

/** A number may send one user a message every 6 s (WhatsApp's pair limit). */
export const PAIR_INTERVAL_MS = 6_000;
export const LONG_WAIT_MS = 24 * 60 * 60 * 1_000;

interface Treatment {
  readonly kind: FailureKind;
  /** Shortest wait, whatever the provider says. */
  readonly minWaitMs?: number;
  /** Whether the provider's own Retry-After counts. */
  readonly honoursRetryAfter?: boolean;
}

const treatments: Readonly<Record<FailureClass, Treatment>> = {
  'slow-number': { kind: 'retry', honoursRetryAfter: true },
  'slow-account': { kind: 'retry', honoursRetryAfter: true },
  'slow-pair': { kind: 'retry-after', minWaitMs: PAIR_INTERVAL_MS, honoursRetryAfter: true },
  transient: { kind: 'retry', honoursRetryAfter: true },
  unknown: { kind: 'unknown-outcome' },
  'wait-long': { kind: 'retry-after', minWaitMs: LONG_WAIT_MS },
  stop: { kind: 'pause' },
  permanent: { kind: 'permanent' },
};

/**
 * What to do about a failure: the one table of classes and actions. A wait that the provider asks for turns `retry`
 * into `retry-after`.
 */
export function treatmentOf(
  failure: FailureClass,
  providerWaitMs?: number,
): { kind: FailureKind; retryAfterMs?: number } {
  const { kind, minWaitMs, honoursRetryAfter } = treatments[failure];
  const asked = honoursRetryAfter ? providerWaitMs : undefined;
  if (minWaitMs === undefined && asked === undefined) return { kind };
  return { kind: 'retry-after', retryAfterMs: Math.max(minWaitMs ?? 0, asked ?? 0) };
}
