import { type GroupRef } from './consuming-metrics.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** Work that waits, as somebody who looked into the store found it. */
export class BacklogMetrics {
  private readonly pendingMessages;
  private readonly lagMessages;
  private readonly oldestAge;
  private readonly storedDeadLetters;

  constructor(registry: MetricsRegistry) {
    this.pendingMessages = registry.gauge({
      name: 'messages_pending',
      help: 'Messages handed out and not yet acknowledged, also those that Redis does not count as pending yet',
      labels: ['stream', 'group'],
    });
    this.lagMessages = registry.gauge({
      name: 'messages_lag',
      help: 'Messages not yet handed out',
      labels: ['stream', 'group'],
    });
    this.oldestAge = registry.gauge({
      name: 'message_oldest_pending_age_seconds',
      help: 'Age of the oldest message that is not acknowledged, read or not; 0 when there is none',
      labels: ['stream', 'group'],
    });
    this.storedDeadLetters = registry.gauge({
      name: 'dead_letters',
      help: 'Dead letters that wait for a person',
      labels: ['stream'],
    });
  }

  pending({ stream, group }: GroupRef, messages: number): void {
    this.pendingMessages.set({ stream, group }, messages);
  }

  lag({ stream, group }: GroupRef, messages: number): void {
    this.lagMessages.set({ stream, group }, messages);
  }

  oldestPending({ stream, group }: GroupRef, ageMs: number): void {
    this.oldestAge.set({ stream, group }, ageMs / 1_000);
  }

  /** Dead letters of the messages of one stream. */
  deadLetters(stream: string, letters: number): void {
    this.storedDeadLetters.set({ stream }, letters);
  }
}
