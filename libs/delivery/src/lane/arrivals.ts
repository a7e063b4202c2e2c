import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { compareEntryIds } from '../partition/entry-id.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StoredEntry } from '../ports/stream-store.js';
import { type Burial, type BurialVerdict } from '../turn/burial.js';
import { type Committer } from '../turn/committer.js';
import { type Budget } from './budget.js';
import { type Lane, SPILLED_BYTES } from './lane.js';
import { MESSAGE_OVERHEAD_BYTES, type WaitingMessage } from './waiting-message.js';
import { type LaneScheduler } from './lane-scheduler.js';

/** A letter that the store refuses is tried again after this time. */
const REFUSED_PAUSE_MS = 5_000;

export interface ArrivalParts {
  readonly budget: Budget;
  readonly scheduler: LaneScheduler;
  readonly committer: Committer;
  readonly burial: Burial;
  readonly onFenced: (partition: OwnedPartition) => void;
}

interface Arrival {
  readonly arrivedAtMs: number;
  readonly redelivered: boolean;
}

/** Sorts what was read from a partition into its lanes; entries that no handler shall see are settled here. */
export class Arrivals {
  constructor(
    private readonly options: Pick<ConsumerOptions, 'group' | 'laneCapBytes'>,
    private readonly parts: ArrivalParts,
  ) {}

  /** @param mayBeOld the entries were pending: some may have been delivered to an earlier owner */
  accept(partition: OwnedPartition, entries: readonly StoredEntry[], mayBeOld: boolean): void {
    const arrivedAtMs = performance.now();
    for (const entry of entries) {
      if (!partition.wants(entry.entryId, entry.key)) continue;
      if (entry.fault) this.bury(partition, entry);
      else if (entry.onlyGroup && entry.onlyGroup !== this.options.group) this.pass(partition, entry);
      else this.toLane(partition, entry, { arrivedAtMs, redelivered: mayBeOld && isOld(partition, entry) });
    }
  }

  /** Lets go of contents that lanes hold for later turns; they are loaded again when it is their turn. */
  relieve(partitions: readonly OwnedPartition[]): void {
    for (const { lanes } of partitions) {
      for (const lane of lanes.values()) if (lane.isHeldUp) this.parts.budget.give(lane.spill());
    }
  }

  /** The content of an entry whose id waited in the lane came back from the store. */
  reload(lane: Lane, entry: StoredEntry): void {
    const arrival = { arrivedAtMs: performance.now(), redelivered: isOld(lane.partition, entry) };
    if (entry.fault) this.bury(lane.partition, entry);
    else this.enqueue(lane, entry, arrival);
  }

  private toLane(partition: OwnedPartition, entry: StoredEntry, arrival: Arrival): void {
    const lane = partition.laneOf(entry.key);
    // A release has everything of its conversation read again, so a parked lane need not hold anything.
    if (lane.state === 'parked') return;
    if (lane.spilled.length > 0 || lane.bytes >= this.options.laneCapBytes) {
      lane.spilled.push(entry.entryId);
      this.parts.budget.take(SPILLED_BYTES);
    } else {
      this.enqueue(lane, entry, arrival);
    }
    this.parts.scheduler.arrived(lane);
  }

  private enqueue(lane: Lane, entry: StoredEntry, { arrivedAtMs, redelivered }: Arrival): void {
    const message: WaitingMessage = {
      entry,
      bytes: entry.data.length + MESSAGE_OVERHEAD_BYTES,
      arrivedAtMs,
      redelivered,
      attempts: 0,
      attemptsStored: entry.replaced === true,
      mayKill: redelivered,
      suspect: false,
      begun: false,
    };
    lane.push(message);
    this.parts.budget.take(message.bytes);
  }

  /** Meant for another group: acknowledged without a word. */
  private pass(partition: OwnedPartition, { key, entryId, replaced }: StoredEntry): void {
    const commit = { key, entryIds: [entryId], effects: [], forgetAttempts: replaced === true };
    this.settle(partition, (done) =>
      this.parts.committer.add(partition, commit, (verdict) => done(verdict === 'fenced' ? verdict : 'committed')),
    );
  }

  private bury(partition: OwnedPartition, entry: StoredEntry): void {
    this.settle(partition, (done) =>
      this.parts.burial.buryFaulty(partition, entry, (verdict) => {
        if (verdict === 'refused') setTimeout(() => this.buryAgain(partition, entry), REFUSED_PAUSE_MS).unref();
        done(verdict);
      }),
    );
  }

  private buryAgain(partition: OwnedPartition, entry: StoredEntry): void {
    if (partition.state === 'open') this.bury(partition, entry);
  }

  private settle(partition: OwnedPartition, act: (done: (verdict: BurialVerdict) => void) => void): void {
    partition.turnBegan();
    act((verdict) => {
      if (verdict === 'fenced') this.parts.onFenced(partition);
      partition.turnOver();
    });
  }
}

/** Was delivered to an earlier owner of the partition. */
function isOld(partition: OwnedPartition, { entryId }: StoredEntry): boolean {
  return compareEntryIds(entryId, partition.redeliveredThrough) <= 0;
}
