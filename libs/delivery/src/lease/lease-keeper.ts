import { type DeliveryObserver } from '../observer.js';
import { LeaseLost } from '../errors.js';
import { doneWithin } from '../time/done-within.js';
import { OwnedPartition } from '../partition/owned-partition.js';
import { type StreamStore } from '../ports/stream-store.js';
import { partitionsOf } from './assignment.js';

export interface KeeperOptions {
  readonly stream: string;
  readonly group: string;
  readonly partitions: number;
  readonly member: string;
  readonly leaseTtlMs: number;
  readonly drainMs: number;
}

export interface KeeperEvents {
  taken(partition: OwnedPartition): void;
  /** Only these of its conversations are parked now. */
  parkedNow(partition: OwnedPartition, keys: readonly string[]): void;
  /** The partition is no longer read and nothing new starts. */
  closing(partition: OwnedPartition): void;
  /** The lease is gone; running turns were told. */
  ended(partition: OwnedPartition, why: 'released' | 'lost'): void;
}

/** While partitions due to this member are still held by another, it asks this often. */
const EAGER_MS = 100;
/** Time for handlers to return after their signal was aborted. */
const ABORT_GRACE_MS = 1_000;

/**
 * Holds this member's share of the partitions: announces the member, takes what the assignment gives it, renews, and hands
 * over what it gives to others once running turns are done.
 */
export class LeaseKeeper {
  private readonly held = new Map<number, OwnedPartition>();
  private stopped = false;
  /** A round was asked for while one was under way. */
  private hurried = false;
  private timer: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private renewing: NodeJS.Timeout | undefined;
  /** Partitions that are being asked for. */
  private readonly takings = new Map<number, Promise<boolean>>();
  /** Monotonic time of the last round that the store answered, ms. */
  lastRoundAtMs = -Infinity;
  private ticking: Promise<void> = Promise.resolve();
  private readonly handovers = new Set<Promise<void>>();
  private readonly cooling = new Set<number>();
  /** Partitions whose parked conversations are being asked for. */
  private readonly looks = new Map<OwnedPartition, 'once' | 'again'>();

  constructor(
    private readonly store: StreamStore,
    private readonly options: KeeperOptions,
    private readonly events: KeeperEvents,
    private readonly observer: DeliveryObserver,
  ) {}

  /** Resolves after the first try to take partitions. */
  async start(): Promise<void> {
    if (this.stopped) return;
    this.watch = setInterval(() => this.expire(), Math.max(50, this.options.leaseTtlMs / 16));
    this.renewing = setInterval(() => void this.renew(), this.options.leaseTtlMs / 4);
    await this.tickOnce();
  }

  /** Drains and gives back everything. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.ticking;
    await Promise.all(this.takings.values());
    const { stream, group, member } = this.options;
    await this.store.withdraw(stream, group, member).catch(() => undefined);
    await Promise.all([...this.handovers, ...[...this.held.values()].map((partition) => this.handOver(partition))]);
    clearInterval(this.renewing);
    clearInterval(this.watch);
  }

  /** Another owner's token is in force, or may be. */
  lose(partition: OwnedPartition): void {
    if (this.held.get(partition.index) !== partition) return;
    this.held.delete(partition.index);
    this.events.ended(partition, 'lost');
    this.observer.partitionGone?.(partition.lease, 'lost');
    this.coolDown(partition);
  }

  /** Turns of a lost partition may still run here: it is not taken again before they are over, or their grace is. */
  private coolDown(partition: OwnedPartition): void {
    this.cooling.add(partition.index);
    void doneWithin(ABORT_GRACE_MS, partition.drain()).then(() => {
      this.cooling.delete(partition.index);
      this.hurry();
    });
  }

  /** The next round comes at once. */
  private hurry(): void {
    if (this.stopped) return;
    if (!this.timer) {
      this.hurried = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.tickOnce();
  }

  private tickOnce(): Promise<void> {
    this.hurried = false;
    this.ticking = this.tick()
      .catch((error: unknown) => {
        this.tell('lease', error);
        return EAGER_MS * 2;
      })
      .then((nextMs) => {
        if (!this.stopped) this.timer = setTimeout(() => this.hurry(), this.hurried ? 0 : nextMs);
      });
    return this.ticking;
  }

  /** One round; answers when the next is due, ms. */
  private async tick(): Promise<number> {
    const { stream, group, member, partitions, leaseTtlMs } = this.options;
    const members = await this.store.announce(stream, group, member, leaseTtlMs * 2);
    if (this.stopped) return EAGER_MS;
    const mine = new Set(partitionsOf(member, members, partitions));
    for (const partition of this.held.values()) {
      if (!mine.has(partition.index) && partition.state === 'open') this.giveAway(partition);
    }
    const wanted = [...mine].filter((index) => !this.held.has(index) && !this.cooling.has(index));
    await doneWithin(leaseTtlMs / 4, Promise.all(wanted.map((index) => this.takeOnce(index))));
    this.lastRoundAtMs = performance.now();
    return wanted.every((index) => this.held.has(index)) && this.cooling.size === 0 ? leaseTtlMs / 4 : EAGER_MS;
  }

  /** A server that does not answer for one partition holds up no other. */
  private takeOnce(index: number): Promise<boolean> {
    const asked =
      this.takings.get(index) ??
      this.take(index)
        .catch((error: unknown) => {
          this.tell('acquire', error);
          return false;
        })
        .finally(() => this.takings.delete(index));
    this.takings.set(index, asked);
    return asked;
  }

  private async take(index: number): Promise<boolean> {
    const { stream, group, member, leaseTtlMs } = this.options;
    const sentAtMs = performance.now();
    const lease = await this.store.acquire({ stream, group, partition: index }, member, leaseTtlMs);
    if (!lease) return false;
    const partition = new OwnedPartition(lease);
    partition.validUntilMs = sentAtMs + leaseTtlMs;
    this.held.set(index, partition);
    this.observer.partitionTaken?.(lease);
    this.events.taken(partition);
    return true;
  }

  private async renew(): Promise<void> {
    const partitions = [...this.held.values()];
    if (partitions.length === 0) return;
    const sentAtMs = performance.now();
    try {
      const leases = partitions.map(({ lease }) => lease);
      this.renewed(partitions, await this.store.renew(leases, this.options.leaseTtlMs), sentAtMs);
    } catch (error) {
      this.tell('renew', error);
    }
  }

  private renewed(
    partitions: readonly OwnedPartition[],
    kept: Awaited<ReturnType<StreamStore['renew']>>,
    sentAtMs: number,
  ): void {
    partitions.forEach((partition, i) => {
      const result = kept[i];
      if (result === 'lost') return this.lose(partition);
      if (result !== 'held' && result !== 'unparked') return this.tell('renew', result?.error);
      partition.validUntilMs = Math.max(partition.validUntilMs, sentAtMs + this.options.leaseTtlMs);
      if (result === 'unparked') void this.lookAtParked(partition);
    });
  }

  /** Which conversations wait for a person; what the store does not answer now is asked again with the next renewal. */
  async lookAtParked(partition: OwnedPartition): Promise<void> {
    if (this.looks.has(partition)) {
      this.looks.set(partition, 'again');
      return;
    }
    do {
      this.looks.set(partition, 'once');
      await this.lookOnce(partition);
    } while (this.looks.get(partition) === 'again');
    this.looks.delete(partition);
  }

  private async lookOnce(partition: OwnedPartition): Promise<void> {
    try {
      const keys = await this.store.parked(partition.lease);
      if (!keys) this.lose(partition);
      else if (partition.state === 'open') this.events.parkedNow(partition, keys);
    } catch (error) {
      this.tell('parked', error);
    }
  }

  private tell(operation: string, error: unknown): void {
    this.observer.storeFailed?.(operation, error as Error);
  }

  /** Ends partitions whose lease could not be renewed in time: another member may hold them by now. */
  private expire(): void {
    const now = performance.now();
    for (const partition of this.held.values()) if (now > partition.validUntilMs) this.lose(partition);
  }

  private giveAway(partition: OwnedPartition): void {
    const handover = this.handOver(partition).finally(() => this.handovers.delete(handover));
    this.handovers.add(handover);
  }

  private async handOver(partition: OwnedPartition): Promise<void> {
    this.events.closing(partition);
    await this.drained(partition);
    if (this.held.get(partition.index) !== partition) return;
    this.held.delete(partition.index);
    this.events.ended(partition, 'released');
    this.observer.partitionGone?.(partition.lease, 'released');
    await this.store.release(partition.lease).catch((error: unknown) => this.tell('release', error));
  }

  /**
   * Waits for running turns: `drainMs`, then their signal is aborted and they get a last grace. A handler that ignores
   * even that is left behind; what it does later is fenced off.
   */
  private async drained(partition: OwnedPartition): Promise<void> {
    const done = partition.drain();
    if (await doneWithin(this.options.drainMs, done)) return;
    partition.abort.abort(new LeaseLost());
    await doneWithin(ABORT_GRACE_MS, done);
  }
}
