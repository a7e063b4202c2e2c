import { type ConsumerOptions } from '../consumer/consumer-options.js';
import { type Budget } from '../lane/budget.js';
import { type Lane } from '../lane/lane.js';
import { type WaitingMessage } from '../lane/waiting-message.js';
import { bytesOf, type LaneScheduler } from '../lane/lane-scheduler.js';
import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { type BatchPreparer, type Prepared } from './batch-preparer.js';
import { type Burial, type BurialVerdict, type CauseOfDeath } from './burial.js';
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
  /** A conversation was parked here; a person may have let it go before that was known. */
  readonly onParked: (partition: OwnedPartition) => void;
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
    this.parts.preparer.prepare(lane).then(
      (prepared) => this.go(lane, prepared),
      (error: unknown) => {
        this.parts.observer.storeFailed?.('prepare', error as Error);
        this.lose(lane, [], true);
      },
    );
  }

  private go(lane: Lane, prepared: Prepared): void {
    switch (prepared.kind) {
      case 'batch':
        return this.execute(lane, prepared.batch);
      case 'fenced':
        return this.lose(lane, [], true);
      case 'nothing':
        return this.over(lane, true);
      case 'later':
        lane.partition.turnOver();
        this.parts.scheduler.wait(lane);
        return this.parts.scheduler.freeSlot();
      case 'killer':
        this.parts.scheduler.freeSlot();
        return this.giveUp(lane, prepared.message, {
          reason: 'the process died or lost its partition at each attempt',
        });
    }
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
    // A hand-over aborted it: the next owner tries again, and it is not the messages' fault.
    if (lane.partition.abort.signal.aborted) return this.again(lane, turn, 'retry', 0);
    const attempts = Math.max(...batch.map((message) => message.attempts + 1));
    const outcome = outcomeOf(error, attempts, this.options.retry);
    if (outcome.kind === 'retry' && !outcome.costsAttempt) return this.again(lane, turn, 'retry', outcome.afterMs);
    void this.parts.preparer.countFailure(lane.partition, batch).then((verdict) => {
      if (verdict === 'fenced') return this.lose(lane, batch, false);
      if (outcome.kind === 'dead' && batch.length === 1) {
        return this.giveUp(lane, batch[0] as WaitingMessage, { reason: outcome.reason, error }, turn);
      }
      lane.failures++;
      // The last attempt is made alone, so that no neighbour shares the blame.
      const last = attempts + 1 >= this.options.retry.maxAttempts;
      const search = outcome.kind === 'dead' || last || lane.failures >= this.options.isolateAfter;
      if (search) lane.isolate(batch);
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
    if (outcome === 'retry') return this.restWith(lane, turn.waiting, afterMs);
    if (lane.partition.state === 'ended') return this.lose(lane, turn.waiting, false);
    lane.putBack(turn.waiting);
    lane.partition.turnOver();
    return this.parts.scheduler.next(lane);
  }

  /** The messages wait in their lane for some time. */
  private restWith(lane: Lane, batch: readonly WaitingMessage[], afterMs: number): void {
    if (lane.partition.state === 'ended') return this.lose(lane, batch, false);
    lane.putBack(batch);
    lane.partition.turnOver();
    return this.parts.scheduler.rest(lane, afterMs);
  }

  private giveUp(lane: Lane, message: WaitingMessage, cause: CauseOfDeath, turn?: Turn): void {
    const { burial } = this.parts;
    const done = (verdict: BurialVerdict): void => this.givenUp(lane, message, verdict, turn);
    if (this.options.onGiveUp === 'park') void burial.park(lane.partition, message, cause).then(done);
    else burial.bury(lane.partition, message, cause, done);
  }

  private givenUp(lane: Lane, message: WaitingMessage, verdict: BurialVerdict, turn?: Turn): void {
    if (verdict === 'fenced' || lane.partition.state === 'ended') return this.lose(lane, [message], false);
    if (verdict === 'refused') return this.restWith(lane, [message], this.options.retry.maxBackoffMs);
    if (turn) this.report(turn, 'dead');
    if (this.options.onGiveUp === 'park') return this.parked(lane, message);
    return this.settle(lane, [message]);
  }

  private parked(lane: Lane, message: WaitingMessage): void {
    const { partition } = lane;
    this.parts.budget.give(message.bytes + lane.heldBytes());
    lane.clear();
    lane.turn = undefined;
    lane.state = 'parked';
    partition.parked.add(lane.key);
    partition.turnOver();
    this.parts.onParked(partition);
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
