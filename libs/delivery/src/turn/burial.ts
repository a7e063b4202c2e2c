import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type WaitingMessage } from '../lane/lane.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StoredEntry, type StreamStore } from '../ports/stream-store.js';
import { type Committer } from './committer.js';
import { deadLetterEffect, deadLetterOf } from './dead-letter.js';
import { retryWhileOwned } from './retry-while-owned.js';

export interface CauseOfDeath {
  readonly reason: string;
  readonly error?: unknown;
}

/** Makes dead letters: the acknowledgement, the letter and what the application adds happen in one commit. */
export class Burial {
  constructor(
    private readonly options: Pick<ConsumerOptions, 'deadLetterStream' | 'onDeadLetter'>,
    private readonly store: StreamStore,
    private readonly committer: Committer,
    private readonly observer: DeliveryObserver,
  ) {}

  bury(
    partition: OwnedPartition,
    message: Pick<WaitingMessage, 'entry' | 'attempts' | 'attemptsStored'>,
    cause: CauseOfDeath,
    done: (verdict: 'committed' | 'fenced') => void,
  ): void {
    const letter = deadLetterOf(partition.lease, message.entry, cause.reason, message.attempts, cause.error);
    const line = deadLetterEffect(letter, this.options.deadLetterStream);
    const commit = {
      key: letter.key,
      entryIds: [letter.entryId],
      effects: [line],
      forgetAttempts: message.attemptsStored,
    };
    const told = (): void => {
      this.observer.deadLettered?.(partition.lease, cause.reason);
      done('committed');
    };
    const withAdditions = { ...commit, effects: [line, ...(this.options.onDeadLetter?.(letter) ?? [])] };
    this.committer.add(partition, withAdditions, (verdict) => {
      if (verdict === 'fenced') done('fenced');
      else if (verdict === 'committed') told();
      // What the application adds may be what the store refuses; the letter alone must still arrive.
      else this.committer.add(partition, commit, (second) => (second === 'committed' ? told() : done('fenced')));
    });
  }

  /** Makes the dead letter and leaves the message where it is, with its conversation parked behind it. */
  async park(partition: OwnedPartition, message: WaitingMessage, cause: CauseOfDeath): Promise<'parked' | 'fenced'> {
    const { lease } = partition;
    const { entry, attempts } = message;
    const letter = { ...deadLetterOf(lease, entry, cause.reason, attempts, cause.error), parked: true } as const;
    const line = deadLetterEffect(letter, this.options.deadLetterStream);
    const effects = [line, ...(this.options.onDeadLetter?.(letter) ?? [])];
    const parked = await retryWhileOwned(partition, this.observer, 'park', () =>
      this.store.park(lease, { key: entry.key, entryId: entry.entryId }, effects),
    );
    if (!parked) return 'fenced';
    this.observer.deadLettered?.(lease, cause.reason);
    return 'parked';
  }

  /** Entries that no handler can take: not ours in form, or gone from the stream while pending. */
  buryFaulty(partition: OwnedPartition, entry: StoredEntry, done: (verdict: 'committed' | 'fenced') => void): void {
    const reason =
      entry.fault === 'gone' ? 'the entry was removed before it was handled' : 'the entry is no message of ours';
    this.bury(partition, { entry, attempts: 0, attemptsStored: false }, { reason }, done);
  }
}
