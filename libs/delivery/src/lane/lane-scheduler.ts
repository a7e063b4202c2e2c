import { type BatchPolicy } from '../consumer/consumer-options.js';
import { Superseded } from '../errors.js';
import { Fifo } from './fifo.js';
import { type Lane } from './lane.js';
import { type WaitingMessage } from './waiting-message.js';

export interface SchedulerOptions {
  readonly batch: BatchPolicy;
  readonly concurrency: number;
  readonly onNewer: 'queue' | 'abort';
  readonly laneCapBytes: number;
}

/**
 * Decides when a lane's batch is due and starts turns in the order in which lanes became ready, never more at once than
 * `concurrency`, never two of one lane.
 */
export class LaneScheduler {
  private readonly ready = new Fifo<Lane>();
  private slotsTaken = 0;
  private starting = false;

  constructor(
    private readonly options: SchedulerOptions,
    private readonly start: (lane: Lane) => void,
  ) {}

  /** A message came for the lane. */
  arrived(lane: Lane): void {
    if (lane.state === 'idle') lane.state = 'collecting';
    if (lane.state === 'collecting') this.consider(lane);
    else if (lane.state === 'running' && this.options.onNewer === 'abort') this.supersede(lane);
  }

  /** A turn is given up for newer messages only while these can join its batch, and not for ever. */
  private supersede({ turn }: Lane): void {
    if (!turn) return;
    const { maxMessages, maxBytes, maxWaitMs } = this.options.batch;
    const [oldest] = turn.waiting;
    if (turn.waiting.length >= maxMessages || bytesOf(turn.waiting) >= maxBytes || !oldest) return;
    if (performance.now() - oldest.arrivedAtMs < maxWaitMs) turn.supersede(new Superseded());
  }

  /** The lane's turn is over; what waits forms the next batch. */
  next(lane: Lane): void {
    lane.turn = undefined;
    if (lane.partition.state !== 'open') return;
    if (lane.length === 0) {
      lane.state = 'idle';
      lane.partition.lanes.delete(lane.key);
      return;
    }
    lane.state = 'collecting';
    this.consider(lane);
  }

  /** The lane waits before its messages are tried again; new ones queue behind them. */
  rest(lane: Lane, ms: number): void {
    lane.turn = undefined;
    if (lane.partition.state !== 'open') return;
    lane.state = 'resting';
    lane.timer = setTimeout(() => this.makeReady(lane), ms);
  }

  /** The lane waits for `resume`; its messages are back in it. */
  wait(lane: Lane): void {
    if (lane.partition.state === 'open') lane.state = 'resting';
  }

  /** False when the lane no longer waits here. */
  resume(lane: Lane): boolean {
    if (lane.partition.state !== 'open' || lane.state !== 'resting') return false;
    this.makeReady(lane);
    return true;
  }

  /** A handler returned: another lane may start. */
  freeSlot(): void {
    this.slotsTaken--;
    this.startReady();
  }

  private consider(lane: Lane): void {
    const waitMs = this.dueInMs(lane);
    if (waitMs <= 0) {
      if (this.options.batch.quietMs > 0) lane.collectedAtMs = performance.now();
      this.makeReady(lane);
    } else lane.timer ??= setTimeout(() => this.timeUp(lane), waitMs);
  }

  private timeUp(lane: Lane): void {
    lane.timer = undefined;
    if (lane.state === 'collecting') this.consider(lane);
  }

  private dueInMs(lane: Lane): number {
    const { batch, laneCapBytes } = this.options;
    const oldest = lane.oldest;
    const newest = lane.newest;
    if (batch.quietMs === 0 || !oldest || !newest) return 0;
    if (lane.length >= batch.maxMessages || lane.bytes >= Math.min(batch.maxBytes, laneCapBytes)) return 0;
    const due = Math.min(newest.arrivedAtMs + batch.quietMs, oldest.arrivedAtMs + batch.maxWaitMs);
    return due - performance.now();
  }

  private makeReady(lane: Lane): void {
    if (lane.timer) {
      clearTimeout(lane.timer);
      lane.timer = undefined;
    }
    lane.state = 'ready';
    this.ready.push(lane);
    this.startReady();
  }

  /** A handler that returns at once frees its slot within `start`; the loop, not a deeper call, starts the next lane. */
  private startReady(): void {
    if (this.starting) return;
    this.starting = true;
    try {
      while (this.slotsTaken < this.options.concurrency) {
        const lane = this.ready.shift();
        if (!lane) return;
        if (lane.partition.state !== 'open' || lane.state !== 'ready') continue;
        lane.state = 'running';
        this.slotsTaken++;
        this.start(lane);
      }
    } finally {
      this.starting = false;
    }
  }
}

/** A batch's memory. */
export function bytesOf(messages: readonly WaitingMessage[]): number {
  let bytes = 0;
  for (const message of messages) bytes += message.bytes;
  return bytes;
}
