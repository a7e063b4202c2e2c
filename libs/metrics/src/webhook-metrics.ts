import { type ChannelKind } from '@switchboard/message-schema';
import { durationBuckets } from './buckets.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** What became of a request with messages of guests. */
export type WebhookOutcome =
  | 'accepted'
  | 'unsigned'
  | 'invalid'
  | 'too-large'
  | 'wrong-type'
  | 'unknown-source'
  | 'limited'
  | 'unavailable'
  | 'failed';

/** Requests that bring messages of guests. */
export class WebhookMetrics {
  private readonly requests;
  private readonly duration;
  private readonly ignored;

  constructor(registry: MetricsRegistry) {
    this.requests = registry.counter({
      name: 'webhook_requests_total',
      help: 'Requests that bring messages of guests, by what became of them',
      labels: ['channel', 'outcome'],
    });
    this.duration = registry.histogram(
      {
        name: 'webhook_duration_seconds',
        help: 'From the arrival of a request to its answer, the durable acknowledgement included',
        labels: ['channel'],
      },
      durationBuckets,
    );
    this.ignored = registry.counter({
      name: 'webhook_items_ignored_total',
      help: 'Parts of webhooks that are no message of a guest',
      labels: ['channel', 'reason'],
    });
  }

  answered(channel: ChannelKind, outcome: WebhookOutcome, durationMs: number): void {
    this.requests.inc({ channel, outcome });
    this.duration.observe({ channel }, durationMs / 1_000);
  }

  /** Reasons come from the channels' closed list. */
  ignoredItems(channel: ChannelKind, reasons: Readonly<Record<string, number | undefined>>): void {
    for (const [reason, count] of Object.entries(reasons)) this.ignored.inc({ channel, reason }, count ?? 0);
  }
}
