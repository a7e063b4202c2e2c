import { type Arrivals } from '../lane/arrivals.js';
import { type Budget } from '../lane/budget.js';
import { MESSAGE_OVERHEAD_BYTES } from '../lane/waiting-message.js';
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

/** Most entries taken from one partition in one call: more keep the store from its other work, and gain little. */
const READ_COUNT = 512;
/** Longest wait for news; after it every partition is read once, whatever was or was not heard. */
const NEWS_TIMEOUT_MS = 5_000;
const FAILURE_PAUSE_MS = 100;
/** A read that takes longer is no longer waited for before news of other partitions. */
const SLOW_READ_MS = 100;
/** While some partitions have much to read the others are looked at this often. */
const LOOK_AROUND_MS = 50;
/** Without room for this long, lanes that are held up let go of what they hold. */
const NO_ROOM_MS = 200;

/** Reads the owned partitions into their lanes: pending entries of earlier owners first, then what is new. */
export class Reader {
  private readonly partitions = new Map<number, OwnedPartition>();
  private readonly bell = new Bell();
  /** Reads under way that are waited for. */
  private readonly quick = new Set<OwnedPartition>();
  private lookedAroundAtMs = 0;
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

  /** Only these conversations of the partition are parked now; what the others left pending is read again. */
  parkedNow(partition: OwnedPartition, keys: readonly string[]): void {
    partition.parkedNow(keys);
    this.bell.ring();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      if (this.parts.budget.exhausted) await this.awaitRoom();
      else if (this.readDue()) await this.awaitReads();
      else await this.awaitNews();
    }
  }

  private open(): OwnedPartition[] {
    return [...this.partitions.values()].filter((partition) => partition.state === 'open');
  }

  private idle(): OwnedPartition[] {
    return this.open().filter((partition) => !partition.reading);
  }

  /** Starts what there is to read; true while quick reads are under way. */
  private readDue(): boolean {
    const due = this.idle().filter((partition) => partition.news);
    const maxBytes = Math.ceil(this.parts.budget.room / Math.max(1, due.length + this.quick.size));
    for (const partition of due) void this.readOne(partition, maxBytes);
    return this.quick.size > 0;
  }

  private async readOne(partition: OwnedPartition, maxBytes: number): Promise<void> {
    partition.reading = true;
    this.quick.add(partition);
    const taken = await this.readFrom(partition, maxBytes);
    if (!taken) await pause(FAILURE_PAUSE_MS);
    partition.reading = false;
    this.quick.delete(partition);
    this.bell.ring();
  }

  /** Until one of the reads has ended: the others go on meanwhile, so that the store always has something to do. */
  private async awaitReads(): Promise<void> {
    if (!(await this.bell.rungWithin(SLOW_READ_MS))) this.quick.clear();
    const now = performance.now();
    if (now - this.lookedAroundAtMs < LOOK_AROUND_MS) return;
    this.lookedAroundAtMs = now;
    for (const partition of this.idle()) partition.news = true;
  }

  /** False when the call failed and must be repeated. */
  private async readFrom(partition: OwnedPartition, maxBytes: number): Promise<boolean> {
    try {
      return this.take(partition, await this.parts.store.read(toRequest(partition, maxBytes)));
    } catch (error) {
      return this.take(partition, { status: 'failed', retryable: true, error: error as Error });
    }
  }

  private take(partition: OwnedPartition, result: ReadResult): boolean {
    if (partition.state !== 'open') return true;
    if (result.status === 'fenced') {
      this.parts.onFenced(partition);
      return true;
    }
    if (result.status === 'failed') {
      this.parts.observer.storeFailed?.('read', result.error);
      return false;
    }
    const { entries, more } = result;
    const { recovering } = partition;
    if (entries.length > 0) this.parts.observer.entriesRead?.(partition.lease, entries.length);
    this.parts.arrivals.accept(partition, entries, recovering);
    const last = entries[entries.length - 1]?.entryId;
    if (recovering) partition.pendingRead(last, more);
    else partition.newRead(last, more);
    return true;
  }

  private async awaitNews(): Promise<void> {
    const idle = this.idle();
    if (idle.length === 0) return this.bell.rung();
    const positions = idle.map(({ lease, cursor }) => ({
      stream: lease.stream,
      partition: lease.partition,
      after: cursor,
    }));
    const interrupt = this.bell.interrupt();
    try {
      const news = await this.parts.store.waitForNews(positions, NEWS_TIMEOUT_MS, interrupt.signal);
      if (news.length > 0) for (const index of news) this.mark(index);
      else if (!interrupt.signal.aborted) for (const partition of idle) partition.news = true;
    } catch (error) {
      this.parts.observer.storeFailed?.('waitForNews', error as Error);
      for (const partition of idle) partition.news = true;
      await pause(FAILURE_PAUSE_MS);
    } finally {
      interrupt.release();
    }
  }

  private mark(index: number): void {
    const partition = this.partitions.get(index);
    if (partition) partition.news = true;
  }

  /** Waits until there is room; when there is none for a while, lanes that are held up must not take the others' room. */
  private async awaitRoom(): Promise<void> {
    const { budget, arrivals } = this.parts;
    budget.whenRoom(() => this.bell.ring());
    if (budget.exhausted && !(await this.bell.rungWithin(NO_ROOM_MS))) arrivals.relieve(this.open());
  }
}

function toRequest({ lease, recovering, pendingCursor, cursor }: OwnedPartition, maxBytes: number): ReadRequest {
  const wanted = recovering
    ? ({ of: 'pending', after: pendingCursor } as const)
    : ({ of: 'new', after: cursor } as const);
  const count = Math.max(1, Math.min(READ_COUNT, Math.floor(maxBytes / MESSAGE_OVERHEAD_BYTES)));
  return { lease, count, maxBytes, ...wanted };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
