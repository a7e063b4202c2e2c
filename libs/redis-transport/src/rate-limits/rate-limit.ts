/** At most `calls` in any window of `windowMs`. */
export interface RateLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** Something with limits of its own: an app, a sending number, a pair of number and guest. */
export interface RateScope {
  /** Unique among the scopes of the account; may be personal, only its hash is stored. */
  readonly name: string;
  /** All hold; none means no limit, and the scope is then only for blocking and for the circuit breaker. */
  readonly limits: readonly RateLimit[];
}

/** A call that wants to be made. */
export interface RateRequest {
  /** What shares servers and keys: one app at one provider. */
  readonly account: string;
  /** Unique id of what is to be sent; the same whenever it asks again. */
  readonly ticket: string;
  /** In the order of `ScopeNames`, whichever of them there are. */
  readonly scopes: RateScopes;
  /** The call is over, one way or another, after this time. */
  readonly longestCallMs: number;
}

/** The scopes of one call; the sender's has the circuit breaker. */
export interface RateScopes {
  readonly app: RateScope;
  readonly pair: RateScope;
  readonly sender: RateScope;
}
