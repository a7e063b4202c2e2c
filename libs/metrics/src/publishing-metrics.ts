import { type MetricsRegistry } from './metrics-registry.js';

/** What became of messages given to the store. */
export type AppendStatus = 'stored' | 'duplicate' | 'backlog' | 'failed';

/** Messages on their way into streams. */
export class PublishingMetrics {
  private readonly published;
  private readonly duplicates;
  private readonly refused;

  constructor(registry: MetricsRegistry) {
    this.published = registry.counter({
      name: 'messages_published_total',
      help: 'Messages stored in a stream',
      labels: ['stream'],
    });
    this.duplicates = registry.counter({
      name: 'messages_duplicate_total',
      help: 'Messages not stored because they had been stored before',
      labels: ['stream'],
    });
    this.refused = registry.counter({
      name: 'messages_refused_total',
      help: 'Messages not stored: backlog (limit reached) or failed (store away); failed ones may be tried again',
      labels: ['stream', 'reason'],
    });
  }

  appended(stream: string, status: AppendStatus, count: number): void {
    if (status === 'stored') this.published.inc({ stream }, count);
    else if (status === 'duplicate') this.duplicates.inc({ stream }, count);
    else this.refused.inc({ stream, reason: status }, count);
  }
}
