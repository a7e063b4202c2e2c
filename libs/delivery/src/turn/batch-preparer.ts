import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type Arrivals } from '../lane/arrivals.js';
import { type Budget } from '../lane/budget.js';
import { type Lane, SPILLED_BYTES } from '../lane/lane.js';
import { type WaitingMessage } from '../lane/waiting-message.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StreamStore } from '../ports/stream-store.js';
import { retryWhileOwned } from './retry-while-owned.js';
import { type SuspectTrials } from './suspect-trials.js';

export interface PreparerParts {
  readonly store: StreamStore;
  readonly arrivals: Arrivals;
  readonly trials: SuspectTrials;
  readonly budget: Budget;
  readonly observer: DeliveryObserver;
}

/** What there is to do for a lane whose turn it is. */
export type Prepared =
  | { readonly kind: 'batch'; readonly batch: WaitingMessage[] }
  /** It has had its attempts; each ended with the process or the loss of the partition. */
  | { readonly kind: 'killer'; readonly message: WaitingMessage }
  /** Its oldest message may kill and another such is being tried: the lane is resumed after it. */
  | { readonly kind: 'later' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'fenced' };

/**
 * What some batches need before their handler runs: contents that were left in the store, and attempts stored as begun
 * before a redelivered message is tried again, so that a message that kills the process becomes a dead letter too.
 */
export class BatchPreparer {
  constructor(
    private readonly options: ConsumerOptions,
    private readonly parts: PreparerParts,
  ) {}

  /** False for the ordinary batch, which needs nothing. */
  needed(lane: Lane): boolean {
    return lane.loaded === 0 || lane.mayKill(this.options.batch.maxMessages);
  }

  async prepare(lane: Lane): Promise<Prepared> {
    if (lane.loaded === 0 && (await this.loadSpilled(lane)) === 'fenced') return { kind: 'fenced' };
    const batch = lane.take(this.options.batch);
    const [first] = batch;
    if (!first) return { kind: 'nothing' };
    if ((await this.learnAttempts(lane.partition, batch)) === 'fenced') return this.giveUp(batch);
    if (batch.length > 1 && batch.some(({ suspect }) => suspect)) {
      lane.isolate(batch);
      lane.putBack(batch.splice(1));
    }
    if (first.suspect) {
      if (first.attempts >= this.options.retry.maxAttempts) {
        this.parts.trials.over(batch);
        return { kind: 'killer', message: first };
      }
      if (!this.parts.trials.admit(lane, first)) {
        lane.putBack(batch);
        return { kind: 'later' };
      }
    }
    return (await this.storeBegun(lane.partition, batch)) === 'fenced' ? this.giveUp(batch) : { kind: 'batch', batch };
  }

  /** The handler has returned, so they did not kill the process. */
  tried(batch: readonly WaitingMessage[]): void {
    for (const message of batch) message.mayKill = message.suspect = false;
    this.parts.trials.over(batch);
  }

  /** A try failed: one attempt more, durably. */
  countFailure(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'stored' | 'fenced'> {
    for (const message of batch) {
      message.attempts++;
      message.begun = false;
    }
    return this.store(partition, batch);
  }

  /** The try shall cost no attempt. */
  forgive(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'stored' | 'fenced'> {
    const begun = batch.filter((message) => message.begun);
    for (const message of begun) message.begun = false;
    return this.store(partition, begun);
  }

  private storeBegun(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'stored' | 'fenced'> {
    const dangerous = batch.filter((message) => message.mayKill);
    for (const message of dangerous) message.begun = true;
    return this.store(partition, dangerous);
  }

  private async learnAttempts(
    partition: OwnedPartition,
    batch: readonly WaitingMessage[],
  ): Promise<'learned' | 'fenced'> {
    const dangerous = batch.filter((message) => message.mayKill);
    if (dangerous.length === 0) return 'learned';
    const known = await retryWhileOwned(partition, this.parts.observer, 'attemptsOf', () =>
      this.parts.store.attemptsOf(
        partition.lease,
        dangerous.map(({ entry }) => entry.entryId),
      ),
    );
    if (!known) return 'fenced';
    dangerous.forEach((message, i) => {
      const { over = 0, begun = false } = known[i] ?? {};
      message.attempts = over + (begun ? 1 : 0);
      message.suspect = begun;
      message.attemptsStored = message.attempts > 0;
    });
    return 'learned';
  }

  private async store(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'stored' | 'fenced'> {
    if (batch.length === 0) return 'stored';
    const attempts = batch.map(({ entry, attempts, begun }) => ({ entryId: entry.entryId, over: attempts, begun }));
    const stored = await retryWhileOwned(partition, this.parts.observer, 'storeAttempts', () =>
      this.parts.store.storeAttempts(partition.lease, attempts),
    );
    if (!stored) return 'fenced';
    for (const message of batch) message.attemptsStored = true;
    return 'stored';
  }

  private async loadSpilled(lane: Lane): Promise<'loaded' | 'fenced'> {
    const ids = lane.spilled.slice(0, this.options.batch.maxMessages);
    if (ids.length === 0) return 'loaded';
    const entries = await retryWhileOwned(lane.partition, this.parts.observer, 'load', () =>
      this.parts.store.load(lane.partition.lease, ids),
    );
    if (!entries) return 'fenced';
    lane.spilled.splice(0, ids.length);
    this.parts.budget.give(ids.length * SPILLED_BYTES);
    for (const entry of entries) this.parts.arrivals.reload(lane, entry);
    return 'loaded';
  }

  private giveUp(batch: readonly WaitingMessage[]): Prepared {
    for (const { bytes } of batch) this.parts.budget.give(bytes);
    this.parts.trials.over(batch);
    return { kind: 'fenced' };
  }
}
