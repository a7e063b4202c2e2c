/** How a fake provider is to treat a request that is otherwise in order. */
export type Fault =
  | { readonly kind: 'fail'; readonly status?: number; readonly code?: number; readonly retryAfter?: number | string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'hang-after-accepting' }
  | { readonly kind: 'reset-after-accepting' };

/** What a planned failure answers. */
export interface FailWith {
  /** HTTP status; without it the one that goes with `code`, else 500. */
  readonly status?: number;
  /** The provider's own error code (WhatsApp). */
  readonly code?: number;
  /** Value of the Retry-After header: seconds or an HTTP date. */
  readonly retryAfter?: number | string;
}

/** Faults waiting for the coming requests, one each, first planned first used. */
export class FaultPlan {
  #queue: Fault[] = [];

  add(times: number, fault: Fault): void {
    for (let i = 0; i < times; i += 1) this.#queue.push(fault);
  }

  next(): Fault | undefined {
    return this.#queue.shift();
  }

  clear(): void {
    this.#queue = [];
  }
}
