import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type WaitingMessage } from '../lane/lane.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type StoredEntry } from '../ports/stream-store.js';
import { type Committer } from './committer.js';
import { deadLetterEffect, deadLetterOf } from './dead-letter.js';

export interface CauseOfDeath {
  readonly reason: string;
  readonly error?: unknown;
}

/** Makes dead letters: the acknowledgement, the letter and what the application adds happen in one commit. */
export class Burial {
  constructor(
    private readonly options: Pick<ConsumerOptions, 'deadLetterStream' | 'onDeadLetter'>,
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

  /** Entries that no handler can take: not ours in form, or gone from the stream while pending. */
  buryFaulty(partition: OwnedPartition, entry: StoredEntry, done: (verdict: 'committed' | 'fenced') => void): void {
    const reason =
      entry.fault === 'gone' ? 'the entry was removed before it was handled' : 'the entry is no message of ours';
    this.bury(partition, { entry, attempts: 0, attemptsStored: false }, { reason }, done);
  }
}
