import { doneWithin } from '../time/done-within.js';
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

/** A partition whose commit takes longer does not hold up the others. */
const SLOW_COMMIT_MS = 100;

/**
 * Commits turns in groups: everything that ended while the last round of calls was under way goes out in the next one, one
 * call for each partition. Rounds make the groups large; a call that fails is repeated until it succeeds or the lease is
 * gone, and holds up only its own partition.
 */
export class Committer {
  private readonly queues = new Map<OwnedPartition, Pending[]>();
  private readonly flying = new Set<OwnedPartition>();
  private running = false;

  constructor(
    private readonly store: StreamStore,
    private readonly observer: DeliveryObserver,
  ) {}

  add(partition: OwnedPartition, turn: TurnCommit, done: (verdict: CommitVerdict) => void): void {
    const pending = { turn, done, alone: false };
    const queue = this.queues.get(partition);
    if (queue) queue.push(pending);
    else this.queues.set(partition, [pending]);
    this.begin();
  }

  private begin(): void {
    if (this.running) return;
    this.running = true;
    setImmediate(() => void this.rounds());
  }

  private async rounds(): Promise<void> {
    for (;;) {
      const due = [...this.queues.keys()].filter((partition) => !this.flying.has(partition));
      if (due.length === 0) break;
      await doneWithin(SLOW_COMMIT_MS, Promise.all(due.map((partition) => this.flush(partition))));
    }
    this.running = false;
  }

  private async flush(partition: OwnedPartition): Promise<void> {
    const queue = this.queues.get(partition) as Pending[];
    this.flying.add(partition);
    for (let failures = 0; (await this.next(partition, queue)) === 'again'; failures++) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failures)));
    }
    this.flying.delete(partition);
    if (queue.length === 0) this.queues.delete(partition);
    else this.begin();
  }

  private async next(partition: OwnedPartition, queue: Pending[]): Promise<'settled' | 'again'> {
    if (partition.state === 'ended') {
      for (const { done } of queue.splice(0)) done('fenced');
      return 'settled';
    }
    const group = queue.splice(0, groupSize(queue));
    return this.settle(queue, group, await this.send(partition, group));
  }

  private async send({ lease }: OwnedPartition, group: readonly Pending[]): Promise<CommitResult> {
    try {
      return await this.store.commit({ lease, turns: group.map(({ turn }) => turn) });
    } catch (error) {
      // A driver answers failures; what it throws is a commit that it cannot even send.
      return { status: 'failed', retryable: false, error: error as Error };
    }
  }

  /** Messages that enter a stream within a commit are published like any other. */
  private tellHandedOn(group: readonly Pending[]): void {
    if (!this.observer.appended) return;
    const counts = new Map<string, number>();
    for (const { turn } of group) {
      for (const { kind, stream } of turn.effects) {
        if (kind === 'message') counts.set(stream, (counts.get(stream) ?? 0) + 1);
      }
    }
    for (const [stream, count] of counts) this.observer.appended?.(stream, 'stored', count);
  }

  /** `again`: the same call must be repeated after a pause. */
  private settle(queue: Pending[], group: Pending[], result: CommitResult): 'settled' | 'again' {
    if (result.status !== 'failed') {
      if (result.status === 'committed') this.tellHandedOn(group);
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
