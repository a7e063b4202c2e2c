import { type ChannelKind } from '@switchboard/message-schema';
import { durationBuckets } from './buckets.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** What a provider did with a reply; the kinds of failure are those a sender decides by. */
export type SendOutcome = 'sent' | 'retry' | 'retry-after' | 'permanent' | 'pause' | 'unknown-outcome';

/** Calls that hand replies to providers. */
export class ProviderMetrics {
  private readonly calls;
  private readonly duration;

  constructor(registry: MetricsRegistry) {
    this.calls = registry.counter({
      name: 'provider_calls_total',
      help: 'Attempts to hand a reply to a provider',
      labels: ['channel', 'outcome'],
    });
    this.duration = registry.histogram(
      { name: 'provider_call_duration_seconds', help: 'Time of one call to a provider', labels: ['channel'] },
      durationBuckets,
    );
  }

  called(channel: ChannelKind, outcome: SendOutcome, durationMs: number): void {
    this.calls.inc({ channel, outcome });
    this.duration.observe({ channel }, durationMs / 1_000);
  }
}
