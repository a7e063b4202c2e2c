import { type GroupRef } from './consuming-metrics.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** Partitions this process owns, and its trouble with the store. */
export class PartitionMetrics {
  private readonly owned;
  private readonly given;
  private readonly failures;

  constructor(registry: MetricsRegistry) {
    this.owned = registry.gauge({
      name: 'partitions_owned',
      help: 'Partitions this process reads',
      labels: ['stream', 'group'],
    });
    this.given = registry.counter({
      name: 'partitions_given_up_total',
      help: 'Partitions that were released in order or lost',
      labels: ['stream', 'group', 'why'],
    });
    this.failures = registry.counter({
      name: 'store_failures_total',
      help: 'Calls to the store that failed and were repeated',
      labels: ['operation'],
    });
  }

  taken({ stream, group }: GroupRef): void {
    this.owned.inc({ stream, group });
    this.given.inc({ stream, group, why: 'lost' }, 0);
  }

  gone({ stream, group }: GroupRef, why: 'released' | 'lost'): void {
    this.owned.dec({ stream, group });
    this.given.inc({ stream, group, why });
  }

  storeFailed(operation: string): void {
    this.failures.inc({ operation });
  }
}
