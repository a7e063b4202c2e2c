import { type Purpose } from './redis-settings.js';

/** What happens on the wire, for logs and metrics. */
export interface ConnectionObserver {
  connected(purpose: Purpose): void;
  disconnected(purpose: Purpose): void;
  reconnecting(purpose: Purpose): void;
  /** Also a refusal that no retry ends, such as WRONGPASS: it comes again with every attempt. */
  failed(purpose: Purpose, error: Error): void;
  /**
   * With `ACK_REPLICAS` of `all` or `majority`: appends are acknowledged by fewer replicas than there once were (true), or
   * by as many again (false). Told first when the replicas are first seen.
   */
  ackDegraded?(degraded: boolean): void;
}

/** Event of a client whose appends are acknowledged by fewer replicas than before; its argument is the new state. */
export const ACK_DEGRADED = 'ackDegraded';
