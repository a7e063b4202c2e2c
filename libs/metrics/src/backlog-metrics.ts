import { type GroupRef } from './consuming-metrics.js';
import { type MetricsRegistry } from './metrics-registry.js';

/** Work that waits, as somebody who looked into the store found it. */
export class BacklogMetrics {
  private readonly pendingMessages;
  private readonly lagMessages;
  private readonly storedDeadLetters;

  constructor(registry: MetricsRegistry) {
    this.pendingMessages = registry.gauge({
      name: 'messages_pending',
      help: 'Messages read and not yet acknowledged',
      labels: ['stream', 'group'],
    });
    this.lagMessages = registry.gauge({
      name: 'messages_lag',
      help: 'Messages not yet read; NaN while Redis cannot tell',
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

  /** Undefined where Redis reports no lag: zero would read as idle. */
  lag({ stream, group }: GroupRef, messages: number | undefined): void {
    this.lagMessages.set({ stream, group }, messages ?? NaN);
  }

  /** Dead letters of the messages of one stream. */
  deadLetters(stream: string, letters: number): void {
    this.storedDeadLetters.set({ stream }, letters);
  }
}
