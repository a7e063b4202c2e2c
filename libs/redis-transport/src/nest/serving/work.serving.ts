import { setTimeout as pause } from 'node:timers/promises';
import { type Envelope } from '@switchboard/message-schema';
import { type BuriedItem } from '../../lists/queue-store.js';
import { type QueueWorker } from '../../lists/queue-worker.js';
import { ItemTakenAway } from '../../lists/queue-errors.js';
import { type TakenItem } from '../../lists/taken-item.js';
import { type WorkQueue } from '../../lists/work-queue.js';
import { failureOf } from '../../streams/store-failure.js';
import { type WorkContext } from '../contexts/work-context.js';
import { type HandlerReport } from '../handler-observer.js';
import { type WorkExtras } from '../handlers/handler-extras.js';
import { nameOf, refusalName } from './error-name.js';
import { type HandlerCall, type HandlerReports } from './handler-reports.js';
import { readMessage } from './read-body.js';
import { itemOutcome, runItem, type RunItem } from './run-item.js';
import { type ServedPattern } from './served-pattern.js';

const DEFAULT_CONCURRENCY = 16;
/** Wait before a call to Redis that failed is made again, ms. */
const AGAIN_MS = 500;
/** The queue counts attempts itself; this only sorts errors into final and others. */
const SORTING = { maxAttempts: Infinity, minBackoffMs: 0, maxBackoffMs: 0 };

export interface WorkParts {
  readonly queue: WorkQueue;
  readonly member: string;
  readonly graceMs: number;
  readonly run: RunItem;
  /** Stores the messages that a handler emitted. */
  readonly publish: (envelope: Envelope) => Promise<unknown>;
  readonly reports: HandlerReports;
}

type Outcome = HandlerReport['outcome'];

/** What became of an item, and the error of Redis when that is not what was asked. */
interface Settled {
  readonly outcome: Outcome;
  readonly refusal?: Error;
}

/** A work handler at work: one worker of the queue, several items at once. */
export class WorkServing implements ServedPattern {
  private readonly stopping = new AbortController();
  private worker: QueueWorker | undefined;
  /** Why nothing can be taken at the moment. */
  private fault: Error | undefined;

  constructor(
    private readonly extras: WorkExtras,
    private readonly parts: WorkParts,
  ) {}

  start(): Promise<void> {
    const { concurrency = DEFAULT_CONCURRENCY, prefetch = 0 } = this.extras.tuning;
    const onBuried = (items: readonly BuriedItem[]): void => items.forEach((item) => this.died(item));
    const worker = (this.worker = this.parts.queue.worker(this.parts.member, { prefetch, onBuried }));
    for (let i = 0; i < concurrency; i++) void this.work(worker);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.worker?.stop({ graceMs: this.parts.graceMs });
  }

  check(): void {
    if (this.fault) throw new Error(`nothing can be taken from ${this.extras.queue}`, { cause: this.fault });
  }

  private async work(worker: QueueWorker): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const item = await this.next(worker);
      if (item) await this.handle(item);
    }
  }

  private async next(worker: QueueWorker): Promise<TakenItem | undefined> {
    try {
      const item = await worker.take();
      this.fault = undefined;
      return item;
    } catch (error) {
      this.fault = error as Error;
      await pause(AGAIN_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      return undefined;
    }
  }

  private async handle(item: TakenItem): Promise<void> {
    const call = this.parts.reports.begin();
    let lines: WorkContext['lines'];
    try {
      lines = await this.run(item, call);
    } catch (error) {
      const { outcome } = await this.settle(item, () => fail(item, error));
      return call.ended(outcome, error ?? new Error('the handler threw nothing'));
    }
    const { outcome, refusal } = await this.settle(item, () => item.done(lines).then(() => 'done'));
    call.ended(outcome, refusal);
  }

  /** An item's last attempt ended with its process, which could tell nobody; whoever found that out does. */
  private died({ data, reason }: BuriedItem): void {
    const call = this.parts.reports.begin();
    try {
      call.reads(readMessage(this.extras.messageClass, data));
    } catch {
      // What it was about is then told without a correlation id.
    }
    call.ended('dead', Object.assign(new Error(reason), { code: 'WORKER_DIED' }));
  }

  private async run(item: TakenItem, call: HandlerCall): Promise<WorkContext['lines']> {
    const context = await runItem(this.extras, item, (body, given) => {
      call.reads(body);
      return this.parts.run(body, given);
    });
    for (const output of context.outputs) await this.parts.publish(output);
    return context.lines;
  }

  /** Ends the item; a call that failed is made again until it succeeds or the item is someone else's. */
  private async settle(item: TakenItem, end: () => Promise<Outcome>, refusal?: Error): Promise<Settled> {
    for (;;) {
      try {
        const outcome = await end();
        return refusal ? { outcome, refusal } : { outcome };
      } catch (error) {
        if (error instanceof ItemTakenAway || item.signal.aborted) return { outcome: 'lost' };
        this.fault = error as Error;
        if (!failureOf(error as Error).retryable) return this.giveUp(item, error as Error, refusal);
        await pause(AGAIN_MS);
      }
    }
  }

  /**
   * Redis will never take this end, for example because an audit trail is of another type: its handler is not to be called
   * again for that, so the item is a dead letter. Where even that is refused the item stays in this worker's hands.
   */
  private giveUp(item: TakenItem, error: Error, before: Error | undefined): Promise<Settled> {
    if (before) return Promise.resolve({ outcome: 'lost', refusal: before });
    return this.settle(item, () => bury(item, `the end was refused: ${refusalName(error)}`), error);
  }
}

/** Ends an item as its error wants it. */
async function fail(item: TakenItem, error: unknown): Promise<Outcome> {
  const outcome = itemOutcome(error, item.attempt, SORTING);
  if (outcome.kind === 'dead') return bury(item, nameOf(error));
  if (outcome.kind === 'retry' && !outcome.costsAttempt) {
    await item.later(outcome.afterMs);
    return 'later';
  }
  return (await item.retry(undefined, nameOf(error))) === 'dead' ? 'dead' : 'retry';
}

async function bury(item: TakenItem, reason: string): Promise<Outcome> {
  await item.bury(reason);
  return 'dead';
}
