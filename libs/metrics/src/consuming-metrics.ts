import { type TurnReport } from '@switchboard/delivery';
import { batchBuckets, durationBuckets } from './buckets.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** One consumer group on one stream. */
export interface GroupRef {
  readonly stream: string;
  readonly group: string;
}

/** Messages on their way out of streams and through handlers. */
export class ConsumingMetrics {
  private readonly received;
  private readonly latency;
  private readonly duration;
  private readonly batchSize;
  private readonly dead;

  constructor(registry: MetricsRegistry) {
    const labels = ['stream', 'group'] as const;
    this.received = registry.counter({ name: 'messages_received_total', help: 'Messages read from a stream', labels });
    this.latency = registry.histogram(
      {
        name: 'message_latency_seconds',
        help: 'From the storing of a message to the end of its handling, without waiting for its burst',
        labels,
      },
      durationBuckets,
    );
    this.duration = registry.histogram(
      {
        name: 'message_processing_duration_seconds',
        help: 'Time a batch spent in its handler',
        labels: ['stream', 'group', 'outcome'],
      },
      durationBuckets,
    );
    this.batchSize = registry.histogram(
      { name: 'message_batch_size', help: 'Messages handled in one turn', labels },
      batchBuckets,
    );
    this.dead = registry.counter({
      name: 'dead_letters_total',
      help: 'Messages that became dead letters',
      labels,
    });
  }

  /** A group's first increase counts only where its counters stood at zero before. */
  began({ stream, group }: GroupRef): void {
    this.received.inc({ stream, group }, 0);
    this.dead.inc({ stream, group }, 0);
  }

  entriesRead({ stream, group }: GroupRef, count: number): void {
    this.received.inc({ stream, group }, count);
  }

  turnEnded({ stream, group, outcome, messages, durationMs, latenciesMs }: TurnReport): void {
    this.duration.observe({ stream, group, outcome }, durationMs / 1_000);
    if (outcome !== 'done' && outcome !== 'dead') return;
    this.batchSize.observe({ stream, group }, messages);
    // Two machines' clocks are compared here; the entry cannot really have ended before it began.
    for (const ms of latenciesMs) this.latency.observe({ stream, group }, Math.max(0, ms) / 1_000);
  }

  deadLettered({ stream, group }: GroupRef): void {
    this.dead.inc({ stream, group });
  }
}
