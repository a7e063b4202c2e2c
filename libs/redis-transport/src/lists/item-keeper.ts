import { doneWithin, type RetryPolicy } from '@switchboard/delivery';
import { failureOf } from '../streams/store-failure.js';
import { Gatherer } from './gatherer.js';
import { ItemTakenAway } from './queue-errors.js';
import { type QueueStore, type Settled, type Settlement, type WorkerSeat } from './queue-store.js';
import { type ItemHolder, type TakenItem } from './taken-item.js';

interface Ending {
  readonly item: TakenItem;
  readonly settlement: Settlement;
}

export interface KeeperOptions {
  readonly queue: string;
  readonly visibilityMs: number;
  readonly retry: RetryPolicy;
  /** True when the connections are closed and nothing can succeed any more. */
  closed(): boolean;
}

/** Heartbeats while an item stays invisible: some may fail. */
const BEATS = 3;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
/** Longest effort for an item that also comes back by itself: a stop must not wait for a Redis that is away. */
const GIVE_BACK_MS = 2_000;
/** Items named in one heartbeat. */
const MOST_KEPT = 1_000;

/** Holds the items of one worker: its heartbeat keeps them invisible, and their endings are told to Redis. */
export class ItemKeeper implements ItemHolder {
  private readonly held = new Map<string, TakenItem>();
  private readonly endings = new Gatherer<Ending, Settled>((batch) => this.tell(batch));
  private timer: NodeJS.Timeout | undefined;
  private emptied: (() => void) | undefined;

  constructor(
    private readonly store: QueueStore,
    private readonly seat: WorkerSeat,
    private readonly options: KeeperOptions,
  ) {}

  get retry(): RetryPolicy {
    return this.options.retry;
  }

  get items(): TakenItem[] {
    return [...this.held.values()];
  }

  hold(item: TakenItem): void {
    this.held.set(item.id, item);
  }

  /** Announces the worker and goes on doing so. */
  async begin(): Promise<void> {
    this.timer ??= setInterval(() => void this.beat(), this.options.visibilityMs / BEATS).unref();
    await this.beat();
  }

  /** Resolves when nothing is held, at the latest after `ms`. */
  async empty(ms: number): Promise<void> {
    if (this.held.size === 0 || ms <= 0) return;
    await doneWithin(ms, new Promise<void>((resolve) => (this.emptied = resolve)));
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.options.closed()) return;
    // A session that cannot say good-bye is forgotten when its time is over.
    await this.store.keep(this.seat, 0, this.options.visibilityMs, []).catch(() => undefined);
  }

  /**
   * A call that was cut off is repeated.
   *
   * @throws as TakenItem says, and when the connections are closed.
   */
  async settle(item: TakenItem, settlement: Settlement): Promise<void> {
    const giveUpAt = performance.now() + this.patience(settlement);
    for (let pauseMs = FIRST_PAUSE_MS, unsure = false; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (this.options.closed()) throw new Error('the connection to Redis is closed');
      try {
        const settled = await this.endings.add({ item, settlement });
        this.release(item);
        if (settled === 'settled' || (unsure && mayBeOwn(settlement, settled))) return;
        const error = new ItemTakenAway(this.options.queue, item.id);
        item.lose(error);
        throw error;
      } catch (error) {
        if (error instanceof ItemTakenAway) throw error;
        if (!failureOf(error as Error).retryable || performance.now() > giveUpAt) throw error;
        unsure = true;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  private patience({ action }: Settlement): number {
    return action === 'back' ? Math.min(GIVE_BACK_MS, this.options.visibilityMs) : this.options.visibilityMs;
  }

  private release(item: TakenItem): void {
    if (this.held.get(item.id) === item) this.held.delete(item.id);
    if (this.held.size === 0) this.emptied?.();
  }

  /** One ending that Redis refuses for good (a log line's key of another type) must not hold the others up. */
  private async tell(batch: Ending[]): Promise<(Settled | Error)[]> {
    const lines = batch.map(({ item, settlement }) => ({ ...settlement, id: item.id, token: item.token }));
    try {
      return await this.store.settle(this.seat.name, lines);
    } catch (error) {
      if (batch.length === 1 || failureOf(error as Error).retryable) throw error;
      return Promise.all(
        lines.map((line) => this.store.settle(this.seat.name, [line]).then(([one]) => one as Settled, asError)),
      );
    }
  }

  private async beat(): Promise<void> {
    const { visibilityMs, closed } = this.options;
    const items = this.items;
    if (closed()) return clearInterval(this.timer);
    for (let from = 0; from === 0 || from < items.length; from += MOST_KEPT) {
      const some = items.slice(from, from + MOST_KEPT);
      const lost = await this.store.keep(this.seat, visibilityMs, visibilityMs, some).catch((): string[] => []);
      for (const item of some) if (lost.includes(item.id) && this.held.get(item.id) === item) this.lose(item);
    }
  }

  private lose(item: TakenItem): void {
    this.release(item);
    item.lose(new ItemTakenAway(this.options.queue, item.id));
  }
}

/**
 * After a call whose reply was lost: whether what is found now can be its own work. What went back to the queue may already
 * be in other hands; had it been taken away before instead, the same would have come of it.
 */
function mayBeOwn({ action }: Settlement, found: Settled): boolean {
  return found === 'gone' || (action !== 'done' && action !== 'bury');
}

function asError(error: unknown): Error {
  return error as Error;
}
