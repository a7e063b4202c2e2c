import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type CommitResult, type StreamStore, type TurnCommit } from '../ports/stream-store.js';

/** `refused`: the store will never take this commit; the turn counts as failed. */
export type CommitVerdict = 'committed' | 'fenced' | { readonly refused: Error };

interface Pending {
  readonly turn: TurnCommit;
  readonly done: (verdict: CommitVerdict) => void;
  /** Was refused in company: sent alone to find the one at fault. */
  alone: boolean;
}

const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 500;

/**
 * Commits turns in groups: everything of a partition that ended while its last call was under way goes out in one call. A
 * call that fails is repeated until it succeeds or the lease is gone; it holds up only its own partition.
 */
export class Committer {
  private readonly queues = new Map<OwnedPartition, Pending[]>();
  private due: OwnedPartition[] = [];

  constructor(
    private readonly store: StreamStore,
    private readonly observer: DeliveryObserver,
  ) {}

  add(partition: OwnedPartition, turn: TurnCommit, done: (verdict: CommitVerdict) => void): void {
    const pending = { turn, done, alone: false };
    const queue = this.queues.get(partition);
    if (queue) queue.push(pending);
    else {
      this.queues.set(partition, [pending]);
      this.soon(partition);
    }
  }

  /** What ends within one turn of the event loop goes out together. */
  private soon(partition: OwnedPartition): void {
    if (this.due.length === 0) {
      setImmediate(() => {
        for (const ready of this.due.splice(0)) void this.flush(ready);
      });
    }
    this.due.push(partition);
  }

  private async flush(partition: OwnedPartition, failuresInARow = 0): Promise<void> {
    const queue = this.queues.get(partition) as Pending[];
    const group = queue.splice(0, groupSize(queue));
    if (partition.state === 'ended') {
      for (const { done } of [...group, ...queue.splice(0)]) done('fenced');
    } else {
      const result = await this.send(partition, group);
      if (this.settle(queue, group, result) === 'again') {
        await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failuresInARow)));
        return this.flush(partition, failuresInARow + 1);
      }
    }
    if (queue.length === 0) this.queues.delete(partition);
    else this.soon(partition);
  }

  private async send({ lease }: OwnedPartition, group: readonly Pending[]): Promise<CommitResult> {
    try {
      return await this.store.commit({ lease, turns: group.map(({ turn }) => turn) });
    } catch (error) {
      // A driver answers failures; what it throws is a commit that it cannot even send.
      return { status: 'failed', retryable: false, error: error as Error };
    }
  }

  /** `again`: the same call must be repeated after a pause. */
  private settle(queue: Pending[], group: Pending[], result: CommitResult): 'settled' | 'again' {
    if (result.status !== 'failed') {
      for (const { done } of group) done(result.status);
      return 'settled';
    }
    this.observer.storeFailed?.('commit', result.error);
    if (!result.retryable && group.length === 1) {
      group[0]?.done({ refused: result.error });
      return 'settled';
    }
    if (!result.retryable) for (const pending of group) pending.alone = true;
    queue.unshift(...group);
    return result.retryable ? 'again' : 'settled';
  }
}

/** All that wait, or the first one alone when it must go alone. */
function groupSize(queue: readonly Pending[]): number {
  if (queue[0]?.alone) return 1;
  const alone = queue.findIndex((pending) => pending.alone);
  return alone < 0 ? queue.length : alone;
}
