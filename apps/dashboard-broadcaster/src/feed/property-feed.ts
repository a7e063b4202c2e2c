import { type FeedEntry } from './feed-entry.js';
import { type FeedStreams } from './feed-streams.js';
import { isAfter, nothingSeen, type Positions } from './positions.js';

/** Entries of one read; the next follows at once when there are more. */
const READ_COUNT = 200;

/** Somebody who watches a feed from now on. */
export interface FeedListener {
  /** The next entry of its partition; never twice, never one left out. */
  onEntry(entry: FeedEntry): void;
  /** The stream of a partition was set back to `position`: what was read after it is gone from Redis. */
  onSetBack(partition: number, position: string): void;
}

/** What happens in reading, for logs and metrics. */
export interface FeedObserver {
  unreadable(propertyId: string, entries: number): void;
  readFailed(propertyId: string, error: unknown): void;
}

/**
 * The live part of one property's feed in this process: reads each new entry once and hands it to every listener. The
 * streams are the truth; a ring only says that a look is worth while, so a lost ring delays and never loses. At most one
 * read is under way; rings meanwhile are combined.
 */
export class PropertyFeed {
  private readonly heads: string[];
  private readonly listeners = new Set<FeedListener>();
  private readonly rung = new Set<number>();
  private surveyDue = false;
  private reading = false;
  private opened = false;

  constructor(
    readonly streams: FeedStreams,
    private readonly observer: FeedObserver,
  ) {
    this.heads = nothingSeen(streams.partitions);
  }

  /** How far this feed has read: every entry up to here went to the listeners of its time. */
  get positions(): Positions {
    return this.heads;
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Starts at the present end of the streams. What rings before is looked at afterwards. */
  async open(): Promise<void> {
    const spans = await Promise.all(this.heads.map((_head, partition) => this.streams.span(partition)));
    spans.forEach(({ lastId }, partition) => (this.heads[partition] = lastId));
    this.opened = true;
    void this.readOn();
  }

  add(listener: FeedListener): void {
    this.listeners.add(listener);
  }

  remove(listener: FeedListener): void {
    this.listeners.delete(listener);
  }

  /** There is news in a partition. */
  ring(partition: number): void {
    if (partition >= 0 && partition < this.heads.length) this.rung.add(partition);
    else this.surveyDue = true;
    void this.readOn();
  }

  /** Compares all partitions with what was read: rings may have been lost, or the streams set back. */
  survey(): void {
    this.surveyDue = true;
    void this.readOn();
  }

  /** Ends at the first error; the next ring or survey then looks at every partition. */
  private async readOn(): Promise<void> {
    if (this.reading || !this.opened) return;
    this.reading = true;
    try {
      while (this.surveyDue || this.rung.size > 0) await this.round();
    } catch (error) {
      this.surveyDue = true;
      this.observer.readFailed(this.streams.propertyId, error);
    } finally {
      this.reading = false;
    }
  }

  private async round(): Promise<void> {
    const partitions = this.surveyDue ? this.heads.map((_head, partition) => partition) : [...this.rung];
    const look = this.surveyDue ? (p: number) => this.compare(p) : (p: number) => this.read(p);
    this.surveyDue = false;
    this.rung.clear();
    const results = await Promise.allSettled(partitions.map(look));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async compare(partition: number): Promise<void> {
    const { lastId } = await this.streams.span(partition);
    if (isAfter(this.heads[partition] ?? lastId, lastId)) {
      this.heads[partition] = lastId;
      for (const listener of [...this.listeners]) listener.onSetBack(partition, lastId);
    } else if (lastId !== this.heads[partition]) {
      this.rung.add(partition);
    }
  }

  private async read(partition: number): Promise<void> {
    const stretch = await this.streams.after(partition, this.heads[partition] as string, READ_COUNT);
    for (const entry of stretch.entries) {
      this.heads[partition] = entry.id;
      for (const listener of [...this.listeners]) listener.onEntry(entry);
    }
    if (stretch.lastId !== undefined) this.heads[partition] = stretch.lastId;
    if (stretch.full) this.rung.add(partition);
    if (stretch.unreadable > 0) this.observer.unreadable(this.streams.propertyId, stretch.unreadable);
  }
}
