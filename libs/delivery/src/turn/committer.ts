import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type CommitResult, type StreamStore, type TurnCommit } from '../ports/stream-store.js';

/** `refused`: the store will never take this commit; the turn counts as failed. */
export type CommitVerdict = 'committed' | 'fenced' | { readonly refused: Error };

interface Pending {
  readonly partition: OwnedPartition;
  readonly turn: TurnCommit;
  readonly done: (verdict: CommitVerdict) => void;
  /** Was refused in company: sent alone to find the one at fault. */
  alone: boolean;
}

const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 500;

/**
 * Commits turns in groups: everything that ended while the last call was under way goes out in one call, one script per
 * partition. A call that fails is repeated until it succeeds or the lease is gone.
 */
export class Committer {
  private waiting: Pending[] = [];
  private flying = false;
  private failuresInARow = 0;

  constructor(
    private readonly store: StreamStore,
    private readonly observer: DeliveryObserver,
  ) {}

  add(partition: OwnedPartition, turn: TurnCommit, done: (verdict: CommitVerdict) => void): void {
    this.waiting.push({ partition, turn, done, alone: false });
    if (!this.flying) {
      this.flying = true;
      setImmediate(() => void this.flush());
    }
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const groups = this.nextGroups();
      const requests = groups.map((group) => ({
        lease: (group[0] as Pending).partition.lease,
        turns: group.map(({ turn }) => turn),
      }));
      const results = requests.length > 0 ? await this.store.commit(requests) : [];
      const failed = results.some((result) => result.status === 'failed' && result.retryable);
      results.forEach((result, i) => this.settle(groups[i] as Pending[], result));
      if (failed) await this.rest();
      else this.failuresInARow = 0;
    }
    this.flying = false;
  }

  /** Takes what waits, by partition; a commit that must go alone makes its partition's others wait for the next call. */
  private nextGroups(): Pending[][] {
    const groups = new Map<OwnedPartition, Pending[]>();
    const later: Pending[] = [];
    for (const pending of this.waiting) {
      if (pending.partition.state === 'ended') {
        pending.done('fenced');
        continue;
      }
      const group = groups.get(pending.partition);
      if (!group) groups.set(pending.partition, [pending]);
      else if (pending.alone || group[0]?.alone) later.push(pending);
      else group.push(pending);
    }
    this.waiting = later;
    return [...groups.values()];
  }

  private settle(group: Pending[], result: CommitResult): void {
    if (result.status !== 'failed') {
      for (const { done } of group) done(result.status);
      return;
    }
    this.observer.storeFailed?.('commit', result.error);
    if (!result.retryable && group.length === 1) {
      group[0]?.done({ refused: result.error });
      return;
    }
    if (!result.retryable) for (const pending of group) pending.alone = true;
    this.waiting.unshift(...group);
  }

  private async rest(): Promise<void> {
    const ms = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.failuresInARow++);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
