import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StoreFailure, type StreamStore } from '../ports/stream-store.js';

/** How often the owned partitions are trimmed. */
const TRIM_EVERY_MS = 15_000;
/** Delayed messages are looked for at least this often. */
const PROMOTE_EVERY_MS = 1_000;

/** Housekeeping of the owned partitions: delayed messages that are due go in, what nobody needs any more goes out. */
export class Janitor {
  private readonly partitions = new Set<OwnedPartition>();
  private trimming: NodeJS.Timeout | undefined;
  private promoting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly store: StreamStore,
    private readonly retentionMs: number,
    private readonly observer: DeliveryObserver,
  ) {}

  start(): void {
    this.trimIn(TRIM_EVERY_MS);
    this.promoteIn(PROMOTE_EVERY_MS);
  }

  add(partition: OwnedPartition): void {
    this.partitions.add(partition);
  }

  remove(partition: OwnedPartition): void {
    this.partitions.delete(partition);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.trimming);
    clearTimeout(this.promoting);
  }

  private trimIn(ms: number): void {
    if (!this.stopped) this.trimming = setTimeout(() => void this.trim(), ms);
  }

  private async trim(): Promise<void> {
    for (const partition of [...this.partitions]) {
      await this.trimOne(partition).catch((error: unknown) => this.observer.storeFailed?.('trim', error as Error));
    }
    this.trimIn(TRIM_EVERY_MS);
  }

  /** A store removes a bounded number at once, so that others get their turn in between. */
  private async trimOne(partition: OwnedPartition): Promise<void> {
    let removed: number;
    do removed = await this.store.trim(partition.lease, this.retentionMs);
    while (removed > 0 && !this.stopped && this.partitions.has(partition));
  }

  private untilNext(next: number | undefined | StoreFailure): number {
    if (typeof next === 'object') this.observer.storeFailed?.('promote', next.error);
    return typeof next === 'number' ? next : PROMOTE_EVERY_MS;
  }

  private promoteIn(ms: number): void {
    if (!this.stopped) this.promoting = setTimeout(() => void this.promote(), ms);
  }

  private async promote(): Promise<void> {
    try {
      const leases = [...this.partitions].map(({ lease }) => lease);
      const due = leases.length > 0 ? await this.store.promote(leases) : [];
      this.promoteIn(Math.min(PROMOTE_EVERY_MS, ...due.map((next) => Math.max(1, this.untilNext(next)))));
    } catch (error) {
      this.observer.storeFailed?.('promote', error as Error);
      this.promoteIn(PROMOTE_EVERY_MS);
    }
  }
}
