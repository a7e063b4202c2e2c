import { type Arrivals } from '../lane/arrivals.js';
import { type Budget } from '../lane/budget.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type ReadRequest, type ReadResult, type StreamStore } from '../ports/stream-store.js';
import { Bell } from './bell.js';

export interface ReaderParts {
  readonly store: StreamStore;
  readonly arrivals: Arrivals;
  readonly budget: Budget;
  readonly observer: DeliveryObserver;
  readonly onFenced: (partition: OwnedPartition) => void;
}

/** Entries taken from one partition in one call. */
const READ_COUNT = 256;
/** Longest wait for news; after it every partition is read once, whatever was or was not heard. */
const NEWS_TIMEOUT_MS = 5_000;
const FAILURE_PAUSE_MS = 100;

/** Reads the owned partitions into their lanes: pending entries of earlier owners first, then what is new. */
export class Reader {
  private readonly partitions = new Map<number, OwnedPartition>();
  private readonly bell = new Bell();
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(private readonly parts: ReaderParts) {}

  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await this.running;
  }

  add(partition: OwnedPartition): void {
    this.partitions.set(partition.index, partition);
    this.bell.ring();
  }

  remove(partition: OwnedPartition): void {
    if (this.partitions.get(partition.index) === partition) this.partitions.delete(partition.index);
    this.bell.ring();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      const due = this.open().filter((partition) => partition.news);
      if (this.parts.budget.exhausted) await this.awaitRoom();
      else if (due.length > 0) await this.read(due);
      else await this.awaitNews();
    }
  }

  private open(): OwnedPartition[] {
    return [...this.partitions.values()].filter((partition) => partition.state === 'open');
  }

  private async read(due: readonly OwnedPartition[]): Promise<void> {
    const results = await this.parts.store.read(due.map(toRequest));
    const failures = due.filter((partition, i) => !this.take(partition, results[i] as ReadResult));
    if (failures.length > 0) await pause(FAILURE_PAUSE_MS);
  }

  /** False when the call failed and must be repeated. */
  private take(partition: OwnedPartition, result: ReadResult): boolean {
    if (partition.state !== 'open') return true;
    if (result.status === 'fenced') {
      this.parts.onFenced(partition);
      return true;
    }
    if (result.status === 'failed') {
      this.parts.observer.storeFailed?.('read', result.error);
      // The reply may be lost while the entries were delivered: they are pending now, so look there first.
      partition.recovering = true;
      return false;
    }
    this.advance(
      partition,
      result.entries.map(({ entryId }) => entryId),
    );
    if (result.entries.length > 0) this.parts.observer.entriesRead?.(partition.lease, result.entries.length);
    this.parts.arrivals.accept(partition, result.entries);
    return true;
  }

  private advance(partition: OwnedPartition, entryIds: readonly string[]): void {
    const last = entryIds[entryIds.length - 1];
    const more = entryIds.length >= READ_COUNT;
    if (last) partition.pendingCursor = last;
    if (partition.recovering) {
      if (!more) partition.recovering = false;
      return;
    }
    if (last) partition.cursor = last;
    partition.news = more;
  }

  private async awaitNews(): Promise<void> {
    const open = this.open();
    if (open.length === 0) return this.bell.rung();
    const positions = open.map(({ lease, cursor }) => ({
      stream: lease.stream,
      partition: lease.partition,
      after: cursor,
    }));
    const interrupt = this.bell.interrupt();
    try {
      const news = await this.parts.store.waitForNews(positions, NEWS_TIMEOUT_MS, interrupt.signal);
      if (news.length > 0) for (const index of news) this.mark(index);
      else if (!interrupt.signal.aborted) for (const partition of open) partition.news = true;
    } catch (error) {
      this.parts.observer.storeFailed?.('waitForNews', error as Error);
      for (const partition of open) partition.news = true;
      await pause(FAILURE_PAUSE_MS);
    } finally {
      interrupt.release();
    }
  }

  private mark(index: number): void {
    const partition = this.partitions.get(index);
    if (partition) partition.news = true;
  }

  private awaitRoom(): Promise<void> {
    this.parts.budget.whenRoom(() => this.bell.ring());
    return this.parts.budget.exhausted ? this.bell.rung() : Promise.resolve();
  }
}

function toRequest(partition: OwnedPartition): ReadRequest {
  const { lease, recovering, pendingCursor } = partition;
  return recovering ? { lease, pendingAfter: pendingCursor, count: READ_COUNT } : { lease, count: READ_COUNT };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
