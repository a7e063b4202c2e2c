import { type BusObserver, type DropReason, type SequenceGap } from '../bus-observer.js';
import { type BusCounters } from '../message-bus.js';

const counted = { duplicate: 'duplicates', expired: 'expired', unreadable: 'unreadable' } as const;

/** Counts what happens and hands it on. */
export class Tally implements BusObserver {
  private readonly counts = {
    sent: 0,
    delivered: 0,
    duplicates: 0,
    expired: 0,
    unreadable: 0,
    missing: 0,
    notAcknowledged: 0,
    deadLettered: 0,
  };

  constructor(private readonly next: BusObserver) {}

  get counters(): BusCounters {
    return { ...this.counts };
  }

  sent(channel: string): void {
    this.counts.sent++;
    this.next.sent?.(channel);
  }

  delivered(channel: string): void {
    this.counts.delivered++;
    this.next.delivered?.(channel);
  }

  dropped(channel: string, reason: DropReason): void {
    if (reason !== 'withdrawn') this.counts[counted[reason]]++;
    this.next.dropped?.(channel, reason);
  }

  gap(gap: SequenceGap): void {
    this.counts.missing += gap.to - gap.from + 1;
    this.next.gap?.(gap);
  }

  broadcastsMissed(patterns: readonly string[]): void {
    this.next.broadcastsMissed?.(patterns);
  }

  notAcknowledged(channel: string): void {
    this.counts.notAcknowledged++;
    this.next.notAcknowledged?.(channel);
  }

  deadLettered(channel: string): void {
    this.counts.deadLettered++;
    this.next.deadLettered?.(channel);
  }

  storeFailed(operation: string, error: Error): void {
    this.next.storeFailed?.(operation, error);
  }
}
