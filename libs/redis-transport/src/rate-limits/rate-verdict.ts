/** What a call taught about the provider's readiness to take more. */
export interface RateVerdict {
  /**
   * `ok` the provider works, whatever it said to this message; `fault` it is in trouble; `pause` it takes nothing from this
   * sender until a person acts.
   */
  readonly health: 'ok' | 'fault' | 'pause';
  /** The scope whose limit was exceeded, by the provider's word: its rate is halved and recovers over a minute. */
  readonly slow?: 'app' | 'pair' | 'sender';
  /** For so long nothing of that scope (the sender's by default) is sent: the provider's Retry-After. */
  readonly blockMs?: number;
}

/** When a sender's circuit breaker opens, and for how long. */
export interface BreakerPolicy {
  /** So many faults in a row open it. */
  readonly faults: number;
  /** Time open after the first opening; doubled after each trial that fails. */
  readonly minOpenMs: number;
  readonly maxOpenMs: number;
  /** The same when the provider takes nothing from the sender (token, account). */
  readonly minPauseMs: number;
  readonly maxPauseMs: number;
}

export const breakerDefaults: BreakerPolicy = {
  faults: 5,
  minOpenMs: 1_000,
  maxOpenMs: 60_000,
  minPauseMs: 15_000,
  maxPauseMs: 600_000,
};
