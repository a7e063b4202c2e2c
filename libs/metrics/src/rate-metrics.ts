import { type ChannelKind } from '@switchboard/message-schema';
import { durationBuckets } from './buckets.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** Replies that had to wait for their turn at a provider. */
export class RateMetrics {
  private readonly waits;
  private readonly waited;

  constructor(registry: MetricsRegistry) {
    this.waits = registry.counter({
      name: 'rate_limit_waits_total',
      help: 'Replies that were not sent at once, because of a rate limit, a wait the provider asked for or an open breaker',
      labels: ['channel'],
    });
    this.waited = registry.histogram(
      {
        name: 'rate_limit_wait_seconds',
        help: 'From the first wish to send a reply to leave to do so',
        labels: ['channel'],
      },
      durationBuckets,
    );
  }

  /** A reply was given a later time. */
  mustWait(channel: ChannelKind): void {
    this.waits.inc({ channel });
  }

  /** A reply may be sent now, after this time. */
  admitted(channel: ChannelKind, waitedMs: number): void {
    this.waited.observe({ channel }, waitedMs / 1_000);
  }
}
