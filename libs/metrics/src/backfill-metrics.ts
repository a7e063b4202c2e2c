import { type MetricsRegistry } from './metrics-registry.js';

export type BackfillOutcome = 'done' | 'unavailable' | 'failed';

/** Fetching of what was missed from a provider's archive. */
export class BackfillMetrics {
  private readonly runs;
  private readonly messages;
  private readonly lastSuccess;

  constructor(registry: MetricsRegistry) {
    this.runs = registry.counter({
      name: 'backfill_runs_total',
      help: 'Comparisons of an account with the archive of its provider, by outcome',
      labels: ['outcome'],
    });
    this.messages = registry.counter({
      name: 'backfill_messages_total',
      help: 'Messages that were found in the archive of a provider, by whether they had been missed',
      labels: ['found'],
    });
    this.lastSuccess = registry.gauge({
      name: 'backfill_last_success_timestamp_seconds',
      help: 'When an account was last compared with the archive of its provider to the end',
    });
  }

  /** A comparison came to the end (`done`), the provider or Redis did not answer, or something else went wrong. */
  ended(outcome: BackfillOutcome): void {
    this.runs.inc({ outcome });
    if (outcome === 'done') this.lastSuccess.set(Date.now() / 1_000);
  }

  found(found: 'missed' | 'known' | 'invalid', count: number): void {
    if (count > 0) this.messages.inc({ found }, count);
  }
}
