import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type WaitingMessage } from '../lane/waiting-message.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type Effect } from '../ports/effects.js';
import { type CommitResult, type StoredEntry, type StreamStore } from '../ports/stream-store.js';
import { type Committer } from './committer.js';
import { type DeadLetter, deadLetterEffect, deadLetterOf } from './dead-letter.js';
import { retryWhileOwned } from './retry-while-owned.js';

export interface CauseOfDeath {
  readonly reason: string;
  readonly error?: unknown;
}

/** `refused`: the store takes not even the letter alone; the message stays where it is. */
export type BurialVerdict = 'committed' | 'fenced' | 'refused';

/** Makes dead letters: the acknowledgement, the letter and what the application adds happen in one commit. */
export class Burial {
  private parkings = 0;

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
    done: (verdict: BurialVerdict) => void,
  ): void {
    const letter = deadLetterOf(partition.lease, message.entry, cause.reason, message.attempts, cause.error);
    const line = deadLetterEffect(letter, this.options.deadLetterStream);
    const { key, entryId } = letter;
    const commit = { key, entryIds: [entryId], effects: [line], forgetAttempts: message.attemptsStored };
    const told = (): void => {
      this.observer.deadLettered?.(letter);
      done('committed');
    };
    const withAdditions = { ...commit, effects: [line, ...this.additions(letter)] };
    this.committer.add(partition, withAdditions, (verdict) => {
      if (verdict === 'fenced') done('fenced');
      else if (verdict === 'committed') told();
      // What the application adds may be what the store refuses; the letter alone must still arrive.
      else
        this.committer.add(partition, commit, (second) => {
          if (second === 'committed') told();
          else done(second === 'fenced' ? 'fenced' : 'refused');
        });
    });
  }

  /** Makes the dead letter and leaves the message where it is, with its conversation parked behind it. */
  async park(partition: OwnedPartition, message: WaitingMessage, cause: CauseOfDeath): Promise<BurialVerdict> {
    const { lease } = partition;
    const { entry, attempts } = message;
    const letter = { ...deadLetterOf(lease, entry, cause.reason, attempts, cause.error), parked: true } as const;
    const line = deadLetterEffect(letter, this.options.deadLetterStream);
    const parking = { key: entry.key, entryId: entry.entryId, token: `${entry.entryId}/${++this.parkings}` };
    const park = (effects: readonly Effect[]): Promise<CommitResult | undefined> =>
      retryWhileOwned(partition, this.observer, 'park', async () => {
        const result = await this.store.park(lease, parking, effects);
        if (result.status === 'failed' && result.retryable) throw result.error;
        return result;
      });
    let result = await park([line, ...this.additions(letter)]);
    if (result?.status === 'failed') result = await park([line]);
    if (!result || result.status === 'fenced') return 'fenced';
    if (result.status === 'failed') {
      this.observer.storeFailed?.('park', result.error);
      return 'refused';
    }
    this.observer.deadLettered?.(letter);
    return 'committed';
  }

  /** Entries that no handler can take: not ours in form, or gone from the stream while pending. */
  buryFaulty(partition: OwnedPartition, entry: StoredEntry, done: (verdict: BurialVerdict) => void): void {
    const reason =
      entry.fault === 'gone' ? 'the entry was removed before it was handled' : 'the entry is no message of ours';
    this.bury(partition, { entry, attempts: 0, attemptsStored: false }, { reason }, done);
  }

  private additions(letter: DeadLetter): readonly Effect[] {
    try {
      return this.options.onDeadLetter?.(letter) ?? [];
    } catch (error) {
      this.observer.storeFailed?.('onDeadLetter', error as Error);
      return [];
    }
  }
}
