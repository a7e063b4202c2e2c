import { type BusObserver } from '../bus-observer.js';

export interface BusOptions {
  /** The service's name, for the audit trail. */
  readonly service: string;
  /** Name of this process, unique among those on the same store. */
  readonly member: string;
  /**
   * How long a number may be missing before it is called a gap, ms: longer than a message may stay with a reader that
   * died.
   */
  readonly gapAfterMs: number;
  /** How long deliveries may still be settled after their iterator has ended or the bus is closed, ms. */
  readonly drainMs: number;
  /** A message that could not be stored for this long is given back to the caller, ms. */
  readonly storeTimeoutMs: number;
  readonly observer: BusObserver;
}

export const busDefaults = {
  gapAfterMs: 20_000,
  drainMs: 5_000,
  storeTimeoutMs: 5_000,
  observer: {},
} as const satisfies Partial<BusOptions>;
