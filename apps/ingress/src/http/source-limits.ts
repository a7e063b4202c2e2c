import { HttpException } from '@nestjs/common';

/** Requests of one source that one process takes in a second, when the source names no limit of its own. */
export const DEFAULT_REQUESTS_PER_SECOND = 10_000;

/** A source may save up so much of its rate for a burst. */
const BURST_MS = 5_000;

/** What the limits need to know of a source. */
export interface LimitedSource {
  readonly id: string;
  readonly requestsPerSecond?: number;
}

/** The source sends faster than it may; `retryAfterMs` becomes the Retry-After header. */
export class TooManyRequests extends HttpException {
  constructor(readonly retryAfterMs: number) {
    super('This source sends more requests than PROPERTIES_FILE allows it; nothing was stored.', 429);
  }
}

/**
 * Keeps every source below its rate (GCRA: a full burst at first, then the rate, never both again within one window).
 * Only requests whose signature was accepted are counted: whoever merely knows the address of a source could otherwise use
 * up the rate of the provider. Counts are of this process alone.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export class SourceLimits {
  /** When the source would be back at rest, by source. */
  private readonly restAtMs = new Map<string, number>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @throws TooManyRequests when the source has used up its rate; the request does not count then. */
  take({ id, requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND }: LimitedSource): void {
    const now = this.nowMs();
    const restAt = Math.max(this.restAtMs.get(id) ?? now, now) + 1_000 / requestsPerSecond;
    const excessMs = restAt - now - BURST_MS;
    if (excessMs > 0) throw new TooManyRequests(excessMs);
    this.restAtMs.set(id, restAt);
  }
}
