import { Lane } from '../lane/lane.js';
import { type Lease } from '../ports/stream-store.js';

/**
 * A partition while this member holds its lease. `open`: read and handled. `draining`: nothing new starts, running turns
 * finish. `ended`: the lease is gone or given back; whatever still runs here commits nothing.
 */
export class OwnedPartition {
  readonly lanes = new Map<string, Lane>();
  readonly abort = new AbortController();
  state: 'open' | 'draining' | 'ended' = 'open';
  /** Last entry seen. */
  cursor: string;
  /** Reading what earlier owners left pending; false once only new entries are left. */
  recovering = true;
  /** Where the reading of pending entries stands. */
  pendingCursor = '0-0';
  /** Entries up to here were delivered to an earlier owner. */
  readonly redeliveredThrough: string;
  /** There may be entries that were not read yet. */
  news = true;
  /** Monotonic time until which the lease surely holds, ms. */
  validUntilMs = 0;
  private running = 0;
  private readonly drainers: (() => void)[] = [];

  constructor(readonly lease: Lease) {
    this.cursor = lease.lastDelivered;
    this.redeliveredThrough = lease.lastDelivered;
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
      if (this.lease.parked.includes(key)) lane.state = 'parked';
    }
    return lane;
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

  private tellIfDrained(): void {
    if (this.running === 0) for (const tell of this.drainers.splice(0)) tell();
  }
}
