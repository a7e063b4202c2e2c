import { type MetricsRegistry } from './metrics-registry.js';

/** Messages that wait on this machine's disk while Redis is away. */
export class SpoolMetrics {
  private readonly waiting;
  private readonly size;
  private readonly oldestAge;
  private readonly open;
  private readonly storedMessages;
  private readonly drainedMessages;
  private readonly refusedMessages;
  private readonly rejectedRequests;

  constructor(registry: MetricsRegistry) {
    this.waiting = registry.gauge({ name: 'spool_messages', help: 'Messages that wait in the spool' });
    this.size = registry.gauge({ name: 'spool_bytes', help: 'What the messages in the spool take, bytes' });
    this.oldestAge = registry.gauge({
      name: 'spool_oldest_age_seconds',
      help: 'Age of the oldest message in the spool; 0 when there is none',
    });
    this.open = registry.gauge({
      name: 'spool_open',
      help: '1 while Redis counts as away and messages go to the spool',
    });
    this.storedMessages = registry.counter({ name: 'spool_stored_total', help: 'Messages that went to the spool' });
    this.drainedMessages = registry.counter({ name: 'spool_drained_total', help: 'Messages that left it for Redis' });
    this.refusedMessages = registry.counter({
      name: 'spool_refused_total',
      help: 'Messages put aside because Redis will never take them; they wait for a person',
    });
    this.rejectedRequests = registry.counter({
      name: 'spool_rejected_total',
      help: 'Requests turned away because the spool is full or cannot be written',
      labels: ['reason'],
    });
    for (const reason of ['full', 'unwritable']) this.rejectedRequests.inc({ reason }, 0);
  }

  /** What waits now. */
  state({ messages, bytes, oldestAgeMs }: { messages: number; bytes: number; oldestAgeMs: number }): void {
    this.waiting.set(messages);
    this.size.set(bytes);
    this.oldestAge.set(oldestAgeMs / 1_000);
  }

  away(away: boolean): void {
    this.open.set(away ? 1 : 0);
  }

  stored(messages: number): void {
    this.storedMessages.inc(messages);
  }

  drained(messages: number): void {
    this.drainedMessages.inc(messages);
  }

  refused(): void {
    this.refusedMessages.inc();
  }

  rejected(reason: 'full' | 'unwritable'): void {
    this.rejectedRequests.inc({ reason });
  }
}
