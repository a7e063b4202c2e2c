import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { compareEntryIds } from '../partition/entry-id.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StoredEntry } from '../ports/stream-store.js';
import { type Burial } from '../turn/burial.js';
import { type Committer, type CommitVerdict } from '../turn/committer.js';
import { type Budget } from './budget.js';
import { type Lane, SPILLED_BYTES, type WaitingMessage } from './lane.js';
import { type LaneScheduler } from './lane-scheduler.js';

/** About what a waiting message takes beside its content, in bytes. */
const MESSAGE_OVERHEAD_BYTES = 300;

export interface ArrivalParts {
  readonly budget: Budget;
  readonly scheduler: LaneScheduler;
  readonly committer: Committer;
  readonly burial: Burial;
  readonly onFenced: (partition: OwnedPartition) => void;
}

/** Sorts what was read from a partition into its lanes; entries that no handler shall see are settled here. */
export class Arrivals {
  constructor(
    private readonly options: Pick<ConsumerOptions, 'group' | 'laneCapBytes'>,
    private readonly parts: ArrivalParts,
  ) {}

  accept(partition: OwnedPartition, entries: readonly StoredEntry[]): void {
    for (const entry of entries) {
      if (entry.fault) this.settle(partition, (done) => this.parts.burial.buryFaulty(partition, entry, done));
      else if (entry.onlyGroup && entry.onlyGroup !== this.options.group) this.pass(partition, entry);
      else this.toLane(partition, entry);
    }
  }

  /** The content of an entry whose id waited in the lane came back from the store. */
  reload(lane: Lane, entry: StoredEntry): void {
    if (!entry.fault) return this.enqueue(lane, entry);
    return this.settle(lane.partition, (done) => this.parts.burial.buryFaulty(lane.partition, entry, done));
  }

  private toLane(partition: OwnedPartition, entry: StoredEntry): void {
    const lane = partition.laneOf(entry.key);
    // A release takes the partition anew and reads everything again, so a parked lane need not hold anything.
    if (lane.state === 'parked') return;
    if (lane.spilled.length > 0 || lane.bytes >= this.options.laneCapBytes) {
      lane.spilled.push(entry.entryId);
      this.parts.budget.take(SPILLED_BYTES);
    } else {
      this.enqueue(lane, entry);
    }
    this.parts.scheduler.arrived(lane);
  }

  private enqueue(lane: Lane, entry: StoredEntry): void {
    const redelivered = compareEntryIds(entry.entryId, lane.partition.redeliveredThrough) <= 0;
    const message: WaitingMessage = {
      entry,
      bytes: entry.data.length + MESSAGE_OVERHEAD_BYTES,
      arrivedAtMs: performance.now(),
      redelivered,
      attempts: 0,
      attemptsStored: false,
      mayKill: redelivered,
      countedForThisTry: false,
    };
    lane.push(message);
    this.parts.budget.take(message.bytes);
  }

  /** Meant for another group: acknowledged without a word. */
  private pass(partition: OwnedPartition, { key, entryId }: StoredEntry): void {
    const commit = { key, entryIds: [entryId], effects: [], forgetAttempts: false };
    this.settle(partition, (done) => this.parts.committer.add(partition, commit, done));
  }

  private settle(partition: OwnedPartition, act: (done: (verdict: CommitVerdict) => void) => void): void {
    partition.turnBegan();
    act((verdict) => {
      if (verdict === 'fenced') this.parts.onFenced(partition);
      partition.turnOver();
    });
  }
}
