import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StreamStore } from '../ports/stream-store.js';

/** How often each owned partition is trimmed. */
const TRIM_EVERY_MS = 15_000;

/** Removes what every group has handled and nobody needs for replay any more. */
export class Janitor {
  private readonly timers = new Map<OwnedPartition, NodeJS.Timeout>();

  constructor(
    private readonly store: StreamStore,
    private readonly retentionMs: number,
    private readonly observer: DeliveryObserver,
  ) {}

  add(partition: OwnedPartition): void {
    this.timers.set(
      partition,
      setInterval(() => void this.trim(partition), TRIM_EVERY_MS),
    );
  }

  remove(partition: OwnedPartition): void {
    clearInterval(this.timers.get(partition));
    this.timers.delete(partition);
  }

  stop(): void {
    for (const partition of [...this.timers.keys()]) this.remove(partition);
  }

  private async trim(partition: OwnedPartition): Promise<void> {
    await this.store
      .trim(partition.lease, this.retentionMs)
      .catch((error: unknown) => this.observer.storeFailed?.('trim', error as Error));
  }
}
