import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type Budget } from '../lane/budget.js';
import { type Lane, type WaitingMessage } from '../lane/lane.js';
import { bytesOf, type LaneScheduler } from '../lane/lane-scheduler.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type BatchPreparer } from './batch-preparer.js';
import { type Burial, type CauseOfDeath } from './burial.js';
import { type Committer, type CommitVerdict } from './committer.js';
import { outcomeOf } from './outcome.js';
import { Turn, type TurnHandler } from './turn.js';

export interface RunnerParts {
  readonly committer: Committer;
  readonly preparer: BatchPreparer;
  readonly burial: Burial;
  readonly budget: Budget;
  readonly scheduler: LaneScheduler;
  readonly observer: DeliveryObserver;
  /** The store said that the partition is no longer ours. */
  readonly onFenced: (partition: OwnedPartition) => void;
}

/** Runs one lane's turn: prepare the batch, call the handler, commit or decide what its error means. */
export class TurnRunner {
  constructor(
    private readonly options: ConsumerOptions,
    private readonly handler: TurnHandler,
    private readonly parts: RunnerParts,
  ) {}

  run(lane: Lane): void {
    lane.partition.turnBegan();
    if (!this.parts.preparer.needed(lane)) {
      this.execute(lane, lane.take(this.options.batch));
      return;
    }
    void this.parts.preparer.prepare(lane).then((prepared) => {
      if (prepared === 'fenced') return this.lose(lane, [], true);
      if (prepared.length === 0) return this.over(lane, true);
      return this.execute(lane, prepared);
    });
  }

  private execute(lane: Lane, batch: WaitingMessage[]): void {
    const turn = new Turn(lane.key, lane.partition, batch, lane.collectedAtMs);
    lane.turn = turn;
    let pending: void | Promise<void>;
    try {
      pending = this.handler(turn);
    } catch (error) {
      this.ended(lane, turn, { error });
      return;
    }
    if (pending) {
      pending.then(
        () => this.ended(lane, turn),
        (error: unknown) => this.ended(lane, turn, { error }),
      );
    } else this.ended(lane, turn);
  }

  private ended(lane: Lane, turn: Turn, thrown?: { error: unknown }): void {
    turn.close();
    this.parts.preparer.tried(turn.waiting);
    this.parts.scheduler.freeSlot();
    if (lane.partition.state === 'ended') return this.lose(lane, turn.waiting, false);
    if (thrown) return this.failed(lane, turn, thrown.error);
    const commit = {
      key: lane.key,
      entryIds: turn.waiting.map(({ entry }) => entry.entryId),
      effects: turn.effects,
      forgetAttempts: turn.waiting.some(({ attemptsStored }) => attemptsStored),
    };
    this.parts.committer.add(lane.partition, commit, (verdict) => this.committed(lane, turn, verdict));
  }

  private committed(lane: Lane, turn: Turn, verdict: CommitVerdict): void {
    if (verdict === 'fenced') {
      this.parts.onFenced(lane.partition);
      this.report(turn, 'lost');
      return this.lose(lane, turn.waiting, false);
    }
    if (verdict !== 'committed') return this.failed(lane, turn, verdict.refused);
    this.report(turn, 'done');
    return this.settle(lane, turn.waiting);
  }

  private failed(lane: Lane, turn: Turn, error: unknown): void {
    const batch = turn.waiting as WaitingMessage[];
    if (turn.superseded) return this.again(lane, turn, 'superseded', 0);
    const attempts = Math.max(...batch.map((message) => message.attempts + 1));
    const outcome = outcomeOf(error, attempts, this.options.retry);
    if (outcome.kind === 'retry' && !outcome.costsAttempt) return this.again(lane, turn, 'retry', outcome.afterMs);
    void this.parts.preparer.countFailure(lane.partition, batch).then((verdict) => {
      if (verdict === 'fenced') return this.lose(lane, batch, false);
      if (outcome.kind === 'dead' && batch.length === 1) return this.bury(lane, turn, outcome.reason, error);
      lane.failures++;
      // The last attempt is made alone, so that no neighbour shares the blame.
      const last = attempts + 1 >= this.options.retry.maxAttempts;
      if (last || lane.failures >= this.options.isolateAfter) lane.isolate(batch);
      return this.retry(lane, turn, outcome.kind === 'retry' ? outcome.afterMs : 0);
    });
  }

  /** The same messages once more, without the cost of an attempt. */
  private again(lane: Lane, turn: Turn, outcome: 'retry' | 'superseded', afterMs: number): void {
    void this.parts.preparer.forgive(lane.partition, turn.waiting).then((verdict) => {
      if (verdict === 'fenced') return this.lose(lane, turn.waiting, false);
      return this.retry(lane, turn, afterMs, outcome);
    });
  }

  private retry(lane: Lane, turn: Turn, afterMs: number, outcome: 'retry' | 'superseded' = 'retry'): void {
    this.report(turn, outcome);
    if (lane.partition.state === 'ended') return this.lose(lane, turn.waiting, false);
    lane.putBack(turn.waiting);
    lane.partition.turnOver();
    return outcome === 'superseded' ? this.parts.scheduler.next(lane) : this.parts.scheduler.rest(lane, afterMs);
  }

  private bury(lane: Lane, turn: Turn, reason: string, error: unknown): void {
    const [message] = turn.waiting as [WaitingMessage];
    if (this.options.onGiveUp === 'park') return void this.park(lane, turn, { reason, error });
    this.parts.burial.bury(lane.partition, message, { reason, error }, (verdict) => {
      if (verdict === 'fenced') {
        this.parts.onFenced(lane.partition);
        return this.lose(lane, [message], false);
      }
      this.report(turn, 'dead');
      return this.settle(lane, [message]);
    });
  }

  private async park(lane: Lane, turn: Turn, cause: CauseOfDeath): Promise<void> {
    const verdict = await this.parts.burial.park(lane.partition, turn.waiting[0] as WaitingMessage, cause);
    if (verdict === 'fenced') return this.lose(lane, turn.waiting, false);
    this.report(turn, 'dead');
    this.parts.budget.give(bytesOf(turn.waiting) + lane.heldBytes());
    lane.clear();
    lane.turn = undefined;
    lane.state = 'parked';
    return lane.partition.turnOver();
  }

  private settle(lane: Lane, batch: readonly WaitingMessage[]): void {
    lane.settled(batch);
    this.parts.budget.give(bytesOf(batch));
    this.over(lane, false);
  }

  private over(lane: Lane, slotHeld: boolean): void {
    lane.partition.turnOver();
    if (slotHeld) this.parts.scheduler.freeSlot();
    this.parts.scheduler.next(lane);
  }

  /** The partition is someone else's now: its messages are pending there. */
  private lose(lane: Lane, batch: readonly WaitingMessage[], slotHeld: boolean): void {
    this.parts.onFenced(lane.partition);
    this.parts.budget.give(bytesOf(batch));
    lane.partition.turnOver();
    if (slotHeld) this.parts.scheduler.freeSlot();
  }

  private report(turn: Turn, outcome: 'done' | 'retry' | 'dead' | 'lost' | 'superseded'): void {
    const { observer } = this.parts;
    if (!observer.turnEnded) return;
    observer.turnEnded({
      stream: turn.stream,
      group: turn.group,
      outcome,
      messages: turn.messages.length,
      durationMs: performance.now() - turn.startedAtMs,
      latenciesMs: turn.latenciesMs(),
    });
  }
}
