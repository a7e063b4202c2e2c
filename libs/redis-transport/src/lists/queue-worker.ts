import { failureOf } from '../streams/store-failure.js';
import { type ItemKeeper } from './item-keeper.js';
import { type BuriedItem, type QueueStore, type TakeReply, type WorkerSeat } from './queue-store.js';
import { TakenItem } from './taken-item.js';
import { type WakeCalls } from './wake-calls.js';
import { type WorkQueueOptions } from './work-queue-options.js';

export interface WorkerTuning {
  /**
   * Items taken ahead of `take`, so that a slow round trip does not hold up quick handlers; 0 by default. They are this
   * worker's until it is stopped, so only who goes on taking should take ahead.
   */
  readonly prefetch: number;
  /** Told of items that this worker, on its way, made dead letters: their last worker was not heard of again. */
  readonly onBuried?: (items: readonly BuriedItem[]) => void;
}

export interface StopOptions {
  /** Longest wait for items that were begun; 0 by default. What is left then is given back with its signal aborted. */
  readonly graceMs?: number;
}

/** What a worker works with; made by `WorkQueue.worker`. */
export interface WorkerParts {
  readonly store: QueueStore;
  readonly keeper: ItemKeeper;
  readonly calls: WakeCalls;
  readonly options: WorkQueueOptions & WorkerTuning;
  /** Resolves when Redis can be asked. */
  connected(): Promise<void>;
  closed(): boolean;
}

interface Taker {
  resolve(item: TakenItem | undefined): void;
  reject(error: unknown): void;
}

/** Most items of one call. */
const MOST_TAKEN = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Takes items of one queue, as many at once as `take` is called at once, and keeps them while they are worked on. */
export class QueueWorker {
  private readonly takers: Taker[] = [];
  private readonly ahead: TakenItem[] = [];
  private looking: Promise<void> | undefined;
  private begun: Promise<void> | undefined;
  /** Items wanted beyond what is taken now; none before the first `take` and after a refusal. */
  private wantedAhead = 0;
  private stopped = false;

  constructor(
    private readonly seat: WorkerSeat,
    private readonly parts: WorkerParts,
  ) {}

  get name(): string {
    return this.seat.name;
  }

  /**
   * The next item; waits for one. Nothing when the signal was aborted or the worker was stopped.
   *
   * @throws an error of Redis that waiting does not cure (wrong type of key), or when the connections were closed.
   */
  take(signal?: AbortSignal): Promise<TakenItem | undefined> {
    if (this.stopped || signal?.aborted) return Promise.resolve(undefined);
    this.wantedAhead = this.parts.options.prefetch;
    const item = this.ahead.shift();
    const taken = item ? Promise.resolve(item) : this.queueUp(signal);
    this.look();
    return taken;
  }

  /** Takes no more, gives back what was not begun, waits for what was begun. */
  async stop({ graceMs = 0 }: StopOptions = {}): Promise<void> {
    this.stopped = true;
    for (const taker of this.takers.splice(0)) taker.resolve(undefined);
    this.parts.calls.call(this.seat.session);
    await this.looking;
    const { keeper } = this.parts;
    await this.giveBack(this.ahead.splice(0));
    await keeper.empty(graceMs);
    const left = keeper.items;
    for (const item of left) item.lose(new Error('the worker stops'));
    await this.giveBack(left);
    if (this.begun) await keeper.end();
    this.parts.calls.leave(this.seat.session);
  }

  private queueUp(signal?: AbortSignal): Promise<TakenItem | undefined> {
    return new Promise((resolve, reject) => {
      const settled = (act: () => void): void => {
        signal?.removeEventListener('abort', abort);
        act();
      };
      const taker: Taker = {
        resolve: (item) => settled(() => resolve(item)),
        reject: (error) => settled(() => reject(error as Error)),
      };
      const abort = (): void => {
        const place = this.takers.indexOf(taker);
        if (place < 0) return;
        this.takers.splice(place, 1);
        taker.resolve(undefined);
        if (this.takers.length === 0) this.parts.calls.call(this.seat.session);
      };
      this.takers.push(taker);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  private get wanted(): number {
    if (this.stopped) return 0;
    return Math.min(MOST_TAKEN, this.takers.length + this.wantedAhead - this.ahead.length);
  }

  /** One look at a time: while it is on its way, more takers gather for the next. */
  private look(): void {
    if (this.looking || this.wanted <= 0) return;
    this.looking = this.lookWhileWanted().finally(() => {
      this.looking = undefined;
      this.look();
    });
  }

  private async lookWhileWanted(): Promise<void> {
    const { calls, options, keeper } = this.parts;
    const { session } = this.seat;
    let idle = false;
    for (let pauseMs = FIRST_PAUSE_MS; this.wanted > 0;) {
      try {
        await this.parts.connected();
        await (this.begun ??= this.begin());
        calls.forget(session);
        const { items, nextMs } = await this.ask(this.wanted);
        pauseMs = FIRST_PAUSE_MS;
        idle = items.length === 0;
        if (items.length > 0) await this.handOut(items.map((record) => new TakenItem(record, keeper)));
        else await calls.called(session, Math.min(nextMs ?? options.lookEveryMs, options.lookEveryMs));
      } catch (error) {
        if (this.parts.closed() || !failureOf(error as Error).retryable) return this.refuse(error);
        await calls.called(session, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
    // Who called it meanwhile must be told that somebody else has to come.
    if (idle) await this.ask(0).catch(() => undefined);
  }

  private async begin(): Promise<void> {
    await this.parts.calls.join(this.seat.session);
    await this.parts.keeper.begin();
  }

  private async ask(want: number): Promise<TakeReply> {
    const { store, options } = this.parts;
    const reply = await store.take(this.seat, want, { ...options, maxAttempts: options.retry.maxAttempts });
    try {
      if (reply.buried.length > 0) options.onBuried?.(reply.buried);
    } catch {
      // Items were taken by the same call: they must not be lost with a listener's error.
    }
    return reply;
  }

  /** What nobody waits for any more, and was not wanted ahead, goes back at once. */
  private async handOut(items: TakenItem[]): Promise<void> {
    const surplus: TakenItem[] = [];
    for (const item of items) {
      this.parts.keeper.hold(item);
      const taker = this.takers.shift();
      if (taker) taker.resolve(item);
      else if (!this.stopped && this.ahead.length < this.wantedAhead) this.ahead.push(item);
      else surplus.push(item);
    }
    await this.giveBack(surplus);
  }

  /** The last first, so that they stand in their order again. What cannot be given back falls back when its time is up. */
  private async giveBack(items: readonly TakenItem[]): Promise<void> {
    await Promise.all([...items].reverse().map((item) => item.giveBack().catch(() => undefined)));
  }

  private refuse(error: unknown): void {
    this.wantedAhead = 0;
    for (const taker of this.takers.splice(0)) taker.reject(error);
  }
}
