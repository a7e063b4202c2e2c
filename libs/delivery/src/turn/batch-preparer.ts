import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type Budget } from '../lane/budget.js';
import { type Lane, SPILLED_BYTES, type WaitingMessage } from '../lane/lane.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StreamStore } from '../ports/stream-store.js';
import { type Arrivals } from '../lane/arrivals.js';
import { type Burial } from './burial.js';
import { retryWhileOwned } from './retry-while-owned.js';

export interface PreparerParts {
  readonly store: StreamStore;
  readonly arrivals: Arrivals;
  readonly burial: Burial;
  readonly budget: Budget;
  readonly observer: DeliveryObserver;
}

/** Tried before by an owner that did not live to tell. */
function isSuspect(message: WaitingMessage): boolean {
  return message.mayKill && message.attempts > 0;
}

/**
 * What some batches need before their handler runs: contents that were left in the store, and attempts counted durably
 * before a redelivered message is tried again, so that a message that kills the process becomes a dead letter too.
 * Suspects are tried one at a time in this process, so that they do not use up their neighbours' attempts.
 */
export class BatchPreparer {
  private suspectUnderTrial: WaitingMessage | undefined;
  private readonly gate: (() => void)[] = [];

  constructor(
    private readonly options: ConsumerOptions,
    private readonly parts: PreparerParts,
  ) {}

  /** False for the ordinary batch, which needs nothing. */
  needed(lane: Lane): boolean {
    return lane.loaded === 0 || lane.mayKill(this.options.batch.maxMessages);
  }

  /** The batch to try now; empty when nothing is left to try. */
  async prepare(lane: Lane): Promise<WaitingMessage[] | 'fenced'> {
    if (lane.loaded === 0 && (await this.loadSpilled(lane)) === 'fenced') return 'fenced';
    const batch = lane.take(this.options.batch);
    if (batch.length === 0) return [];
    if ((await this.learnAttempts(lane.partition, batch)) === 'fenced') return this.giveUp(batch);
    if (batch.length > 1 && batch.some(isSuspect)) {
      lane.isolate(batch);
      lane.putBack(batch.splice(1));
    }
    const [first] = batch as [WaitingMessage];
    if (isSuspect(first) && !(await this.admitSuspect(lane, first)))
      return lane.partition.state === 'ended' ? 'fenced' : [];
    return (await this.countBeforeTry(lane.partition, batch)) === 'fenced' ? this.giveUp(batch) : batch;
  }

  /** The handler has returned, so they did not kill the process. */
  tried(batch: readonly WaitingMessage[]): void {
    for (const message of batch) message.mayKill = false;
    this.trialOver(batch);
  }

  /** Counts a failed attempt durably; one that was counted before the try is not counted again. */
  async countFailure(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'counted' | 'fenced'> {
    const uncounted = batch.filter((message) => !message.countedForThisTry);
    for (const message of batch) {
      if (message.countedForThisTry) message.attempts++;
      message.countedForThisTry = false;
    }
    return this.count(partition, uncounted, 1, (message, stored) => (message.attempts = stored));
  }

  /** The try shall cost no attempt: takes back what was counted before it. */
  async forgive(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'counted' | 'fenced'> {
    const counted = batch.filter((message) => message.countedForThisTry);
    for (const message of counted) message.countedForThisTry = false;
    return this.count(partition, counted, -1, (message, stored) => (message.attempts = stored));
  }

  private learnAttempts(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'counted' | 'fenced'> {
    const dangerous = batch.filter((message) => message.mayKill);
    return this.count(partition, dangerous, 0, (message, stored) => (message.attempts = stored));
  }

  private countBeforeTry(partition: OwnedPartition, batch: readonly WaitingMessage[]): Promise<'counted' | 'fenced'> {
    const dangerous = batch.filter((message) => message.mayKill);
    return this.count(partition, dangerous, 1, (message, stored) => {
      message.attempts = stored - 1;
      message.countedForThisTry = true;
    });
  }

  /** Waits until no other suspect is tried in this process. False when it has had its attempts and was buried. */
  private async admitSuspect(lane: Lane, suspect: WaitingMessage): Promise<boolean> {
    if (suspect.attempts >= this.options.retry.maxAttempts) {
      const cause = { reason: 'the process died or lost its partition at each attempt' };
      await new Promise((resolve) => this.parts.burial.bury(lane.partition, suspect, cause, resolve));
      this.parts.budget.give(suspect.bytes);
      lane.settled([suspect]);
      return false;
    }
    if (this.suspectUnderTrial) await new Promise<void>((resolve) => this.gate.push(resolve));
    this.suspectUnderTrial = suspect;
    return true;
  }

  private trialOver(batch: readonly WaitingMessage[]): void {
    if (!this.suspectUnderTrial || batch[0] !== this.suspectUnderTrial) return;
    this.suspectUnderTrial = undefined;
    this.gate.shift()?.();
  }

  private async count(
    partition: OwnedPartition,
    batch: readonly WaitingMessage[],
    by: 1 | 0 | -1,
    apply: (message: WaitingMessage, stored: number) => void,
  ): Promise<'counted' | 'fenced'> {
    if (batch.length === 0) return 'counted';
    const ids = batch.map(({ entry }) => entry.entryId);
    const counts = await retryWhileOwned(partition, this.parts.observer, 'countAttempts', () =>
      this.parts.store.countAttempts(partition.lease, ids, by),
    );
    if (!counts) return 'fenced';
    batch.forEach((message, i) => {
      apply(message, counts[i] ?? 0);
      message.attemptsStored = true;
    });
    return 'counted';
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

  private giveUp(batch: readonly WaitingMessage[]): 'fenced' {
    for (const { bytes } of batch) this.parts.budget.give(bytes);
    this.trialOver(batch);
    return 'fenced';
  }
}
