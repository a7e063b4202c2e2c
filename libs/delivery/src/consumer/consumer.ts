import { Arrivals } from '../lane/arrivals.js';
import { Budget } from '../lane/budget.js';
import { LaneScheduler } from '../lane/lane-scheduler.js';
import { LeaseKeeper } from '../lease/lease-keeper.js';
import { LeaseLost, PartitionCountMismatchError } from '../errors.js';
import { type DeliveryObserver, harmless } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StreamStore } from '../ports/stream-store.js';
import { BatchPreparer } from '../turn/batch-preparer.js';
import { Burial } from '../turn/burial.js';
import { Committer } from '../turn/committer.js';
import { type TurnHandler } from '../turn/turn.js';
import { SuspectTrials } from '../turn/suspect-trials.js';
import { TurnRunner } from '../turn/turn-runner.js';
import { type ConsumerOptions } from './consumer-options.js';
import { Janitor } from './janitor.js';
import { Reader } from './reader.js';

const DECLARE_PAUSE_MS = 500;

/**
 * Consumes one stream as one member of a group: every message of a conversation in order, one turn at a time, over any
 * number of members. This class only composes the actors that do the work.
 */
export class Consumer {
  private readonly keeper: LeaseKeeper;
  private readonly reader: Reader;
  private readonly janitor: Janitor;
  private readonly budget: Budget;
  private readonly observer: DeliveryObserver;
  private stopped = false;

  constructor(
    private readonly store: StreamStore,
    private readonly options: ConsumerOptions,
    handler: TurnHandler,
    watching: DeliveryObserver = {},
  ) {
    const observer = (this.observer = harmless(watching));
    const onFenced = (partition: OwnedPartition): void => this.keeper.lose(partition);
    const budget = (this.budget = new Budget(options.highWaterBytes));
    const committer = new Committer(store, observer);
    const burial = new Burial(options, store, committer, observer);
    const scheduler: LaneScheduler = new LaneScheduler(options, (lane) => runner.run(lane));
    const arrivals = new Arrivals(options, { budget, scheduler, committer, burial, onFenced });
    const trials = new SuspectTrials((lane) => scheduler.resume(lane));
    const preparer = new BatchPreparer(options, { store, arrivals, trials, budget, observer });
    const runner = new TurnRunner(options, handler, {
      committer,
      preparer,
      burial,
      budget,
      scheduler,
      observer,
      onFenced,
      onParked: (partition) => void this.keeper.lookAtParked(partition),
    });
    this.reader = new Reader({ store, arrivals, budget, observer, onFenced });
    this.janitor = new Janitor(store, options.retentionMs, observer);
    this.keeper = new LeaseKeeper(store, options, this.events(), observer);
  }

  /** Declares the stream and begins; waits for a store that does not answer yet. @throws PartitionCountMismatchError */
  async start(): Promise<void> {
    await this.declare();
    if (this.stopped) return;
    this.reader.start();
    this.janitor.start();
    await this.keeper.start();
  }

  /** False when the store has not answered for two lease times: nothing can be consumed now. */
  get alive(): boolean {
    return performance.now() - this.keeper.lastRoundAtMs < this.options.leaseTtlMs * 2;
  }

  /** Stops reading, lets running turns finish and commit (at most `drainMs` before they are aborted), gives all back. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.keeper.stop();
    this.janitor.stop();
    await this.reader.stop();
  }

  private async declare(): Promise<void> {
    for (;;) {
      try {
        return await this.store.declareStream(this.options.stream, this.options.partitions);
      } catch (error) {
        if (error instanceof PartitionCountMismatchError || this.stopped) throw error;
        this.observer.storeFailed?.('declareStream', error as Error);
        await new Promise((resolve) => setTimeout(resolve, DECLARE_PAUSE_MS));
      }
    }
  }

  private events(): ConstructorParameters<typeof LeaseKeeper>[2] {
    return {
      taken: (partition) => {
        this.reader.add(partition);
        this.janitor.add(partition);
      },
      parkedNow: (partition, keys) => this.reader.parkedNow(partition, keys),
      closing: (partition) => this.reader.remove(partition),
      ended: (partition) => {
        this.reader.remove(partition);
        this.janitor.remove(partition);
        this.budget.give(partition.end(new LeaseLost()));
      },
    };
  }
}
