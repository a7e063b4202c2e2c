import { type FailureClass, type FailureKind, treatmentOf } from './failure-class.js';

/** What is known of a failed call beside its class. */
export interface FailureDetails {
  readonly status?: number;
  /** The wait the provider asked for. */
  readonly providerWaitMs?: number;
  readonly cause?: unknown;
}

/**
 * A provider did not take a reply, or nobody knows whether it did. `code` is stable and bounded (`WHATSAPP_131026`,
 * `HTTP_503`, `NOT_REACHED`, …); neither it nor the message holds a token, an address or a text.
 */
export class ProviderError extends Error {
  /** What to do: the table in failure-class.ts. */
  readonly kind: FailureKind;
  /** Only with `retry-after`. */
  readonly retryAfterMs?: number;
  /** The provider's HTTP status, when it answered. */
  readonly status?: number;

  constructor(
    readonly code: string,
    readonly failure: FailureClass,
    details: FailureDetails = {},
  ) {
    super(`the provider did not take the message: ${code} (${failure})`, { cause: details.cause });
    this.name = 'ProviderError';
    const { kind, retryAfterMs } = treatmentOf(failure, details.providerWaitMs);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.status = details.status;
  }
}
