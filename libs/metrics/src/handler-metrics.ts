import { durationBuckets } from './buckets.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** What became of one call of a handler outside streams; of the transport's report, what is counted. */
export interface HandledCall {
  readonly kind: 'work' | 'topic' | 'request';
  /** What the handler is declared for: a queue, a topic or its pattern, an address. */
  readonly channel: string;
  readonly outcome: 'done' | 'retry' | 'later' | 'dead' | 'lost' | 'failed';
  readonly durationMs: number;
}

/** Items of work, broadcasts and requests on their way through handlers. */
export class HandlerMetrics {
  private readonly calls;
  private readonly duration;

  constructor(registry: MetricsRegistry) {
    this.calls = registry.counter({
      name: 'handler_calls_total',
      help: 'Items of work, broadcasts and requests by what became of them; dead ones are dead letters of their queue',
      labels: ['kind', 'channel', 'outcome'],
    });
    this.duration = registry.histogram(
      {
        name: 'handler_duration_seconds',
        help: 'From the arrival of an item, a broadcast or a request to its outcome',
        labels: ['kind', 'channel'],
      },
      durationBuckets,
    );
  }

  /** The channels are those that the code declares handlers for, so they are few. */
  handled({ kind, channel, outcome, durationMs }: HandledCall): void {
    this.calls.inc({ kind, channel, outcome });
    this.duration.observe({ kind, channel }, durationMs / 1_000);
  }
}
