import { Lane } from '../lane/lane.js';
import { type Lease } from '../ports/stream-store.js';
import { compareEntryIds } from './entry-id.js';

/**
 * A partition while this member holds its lease. `open`: read and handled. `draining`: nothing new starts, running turns
 * finish. `ended`: the lease is gone or given back; whatever still runs here commits nothing.
 */
export class OwnedPartition {
  readonly lanes = new Map<string, Lane>();
  readonly abort = new AbortController();
  state: 'open' | 'draining' | 'ended' = 'open';
  /** Last new entry known to be delivered. */
  cursor: string;
  /** Reading what is pending; false once only new entries are left. */
  recovering = true;
  /** Where the reading of pending entries stands. */
  pendingCursor = '0-0';
  /** Entries up to here were delivered to an earlier owner. */
  readonly redeliveredThrough: string;
  /** There may be entries that were not read yet. */
  news = true;
  /** A read is under way. */
  reading = false;
  /** Monotonic time until which the lease surely holds, ms. */
  validUntilMs = 0;
  /** Conversations that wait for a person. */
  readonly parked: Set<string>;
  /** Parked conversations that were let go; what they left pending is to be read. */
  private readonly letGo = new Set<string>();
  /** While the pending entries of some conversations are read again: which, and up to where others were read before. */
  private recall: { readonly keys: ReadonlySet<string>; readonly through: string } | undefined;
  private running = 0;
  private readonly drainers: (() => void)[] = [];

  constructor(readonly lease: Lease) {
    this.cursor = lease.lastDelivered;
    this.redeliveredThrough = lease.lastDelivered;
    this.parked = new Set(lease.parked);
  }

  get index(): number {
    return this.lease.partition;
  }

  get turnsRunning(): number {
    return this.running;
  }

  laneOf(key: string): Lane {
    let lane = this.lanes.get(key);
    if (!lane) {
      this.lanes.set(key, (lane = new Lane(key, this)));
      if (this.parked.has(key)) lane.state = 'parked';
    }
    return lane;
  }

  /** Only these conversations are parked now: what the others left pending is read again. */
  parkedNow(keys: readonly string[]): void {
    const still = new Set(keys);
    for (const key of this.parked) {
      if (still.has(key)) continue;
      this.parked.delete(key);
      this.lanes.delete(key);
      this.letGo.add(key);
    }
    this.news ||= this.letGo.size > 0;
  }

  /** Pending entries were read; `more` may follow. */
  pendingRead(last: string | undefined, more: boolean): void {
    if (last) {
      this.pendingCursor = last;
      if (compareEntryIds(last, this.cursor) > 0) this.cursor = last;
    }
    if (more) return;
    this.recall = undefined;
    this.recovering = false;
    this.recallNext();
  }

  /** New entries were read; `more` may follow. */
  newRead(last: string | undefined, more: boolean): void {
    if (last) this.cursor = this.pendingCursor = last;
    this.news = more;
    this.recallNext();
  }

  /** False for an entry that was read before, or will be once its conversation's older ones are read again. */
  wants(entryId: string, key: string): boolean {
    if (this.letGo.has(key)) return false;
    return !this.recall || this.recall.keys.has(key) || compareEntryIds(entryId, this.recall.through) > 0;
  }

  turnBegan(): void {
    this.running++;
  }

  turnOver(): void {
    this.running--;
    this.tellIfDrained();
  }

  /** Nothing new starts; resolves when the last running turn is over. */
  async drain(): Promise<void> {
    if (this.state === 'open') this.state = 'draining';
    if (this.running === 0) return;
    await new Promise<void>((resolve) => this.drainers.push(resolve));
  }

  /** Forgets everything; waiting messages stay pending in the store for the next owner. Answers the bytes set free. */
  end(reason: Error): number {
    if (this.state === 'ended') return 0;
    this.state = 'ended';
    this.abort.abort(reason);
    let bytes = 0;
    for (const lane of this.lanes.values()) {
      clearTimeout(lane.timer);
      bytes += lane.heldBytes();
    }
    this.lanes.clear();
    this.tellIfDrained();
    return bytes;
  }

  private recallNext(): void {
    if (this.letGo.size === 0) return;
    this.recall = { keys: new Set(this.letGo), through: this.pendingCursor };
    this.letGo.clear();
    this.pendingCursor = '0-0';
    this.recovering = this.news = true;
  }

  private tellIfDrained(): void {
    if (this.running === 0) for (const tell of this.drainers.splice(0)) tell();
  }
}
