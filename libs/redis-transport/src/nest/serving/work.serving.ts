import { setTimeout as pause } from 'node:timers/promises';
import { outcomeOf, Unavailable } from '@switchboard/delivery';
import { type Envelope } from '@switchboard/message-schema';
import { type QueueWorker } from '../../lists/queue-worker.js';
import { ItemTakenAway } from '../../lists/queue-errors.js';
import { type TakenItem } from '../../lists/taken-item.js';
import { type WorkQueue } from '../../lists/work-queue.js';
import { WorkContext } from '../contexts/work-context.js';
import { type WorkExtras } from '../handlers/handler-extras.js';
import { readMessage } from './read-body.js';
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
  readonly run: (body: unknown, context: WorkContext) => Promise<unknown>;
  /** Stores the messages that a handler emitted. */
  readonly publish: (envelope: Envelope) => Promise<unknown>;
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
    const worker = (this.worker = this.parts.queue.worker(this.parts.member, { prefetch }));
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
    let lines: WorkContext['lines'];
    try {
      lines = await this.run(item);
    } catch (error) {
      return this.settle(item, () => fail(item, error));
    }
    return this.settle(item, () => item.done(lines));
  }

  private async run(item: TakenItem): Promise<WorkContext['lines']> {
    const { messageClass, queue } = this.extras;
    const body = readMessage(messageClass, item.data);
    const context = new WorkContext(queue, item, messageClass ? (body as Envelope) : undefined);
    await this.parts.run(body, context);
    for (const output of context.outputs) await this.parts.publish(output);
    return context.lines;
  }

  /** Ends the item; a call that failed is made again until it succeeds or the item is someone else's. */
  private async settle(item: TakenItem, end: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await end();
        return;
      } catch (error) {
        if (error instanceof ItemTakenAway || item.signal.aborted) return;
        this.fault = error as Error;
        await pause(AGAIN_MS);
      }
    }
  }
}

/** What an error means for its item. */
function fail(item: TakenItem, error: unknown): Promise<unknown> {
  if (error instanceof Unavailable) return item.later(error.retryAfterMs);
  const outcome = outcomeOf(error, item.attempt, SORTING);
  if (outcome.kind === 'dead') return item.bury(nameOf(error));
  return outcome.kind === 'retry' && !outcome.costsAttempt
    ? item.later(outcome.afterMs)
    : item.retry(undefined, nameOf(error));
}

/** Name and code: an error's own words may speak of the message. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
