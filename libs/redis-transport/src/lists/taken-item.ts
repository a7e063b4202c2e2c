import { backoffMs, type LogEffect, type RetryPolicy } from '@switchboard/delivery';
import { type Priority } from '@switchboard/message-schema';
import { type Settlement, type TakenRecord } from './queue-store.js';

/** What an item may ask of the worker that holds it. */
export interface ItemHolder {
  readonly retry: RetryPolicy;
  settle(item: TakenItem, settlement: Settlement): Promise<void>;
}

/** Longest reason that a dead letter keeps. */
const REASON_LENGTH = 1_000;

/**
 * An item in a worker's hands. It stays invisible to other workers until one of `done`, `retry`, `bury`, `later` and
 * `giveBack` is called. Each of them throws `ItemTakenAway` when the item is no longer this worker's (then nothing was
 * changed), and any other error when Redis could not be reached for the whole visibility time: it may be called again.
 */
export class TakenItem {
  readonly id: string;
  readonly data: string;
  readonly priority: Priority;
  /** 1 at the first delivery. Counted when the item was taken, so an attempt that killed its process counts. */
  readonly attempt: number;
  /** Fences this take against all others of the item. */
  readonly token: string;
  private readonly controller = new AbortController();

  constructor(
    record: TakenRecord,
    private readonly holder: ItemHolder,
  ) {
    this.id = record.id;
    this.data = record.data;
    this.priority = record.priority;
    this.attempt = record.attempt;
    this.token = record.token;
  }

  /** Aborted when the item was taken away or given back by `QueueWorker.stop`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Finished. The log lines are written with it, in one script. */
  done(effects: readonly LogEffect[] = []): Promise<void> {
    return this.holder.settle(this, { action: 'done', effects });
  }

  /**
   * Failed: again after `delayMs` (by default the policy's backoff), ahead of what waits; a dead letter after the last
   * attempt. The reason must hold no texts or secrets.
   */
  async retry(delayMs?: number, reason = 'attempts exhausted'): Promise<'waiting' | 'dead'> {
    const { retry } = this.holder;
    if (this.attempt >= retry.maxAttempts) {
      await this.bury(reason);
      return 'dead';
    }
    const wait = delayMs ?? backoffMs(this.attempt, retry, Math.random);
    await this.holder.settle(this, { action: 'retry', delayMs: wait });
    return 'waiting';
  }

  /** Failed for good: a dead letter. The reason must hold no texts or secrets. */
  bury(reason: string): Promise<void> {
    return this.holder.settle(this, { action: 'bury', reason: reason.slice(0, REASON_LENGTH) });
  }

  /** Not now: again after `delayMs`, behind what waits then. Costs no attempt. */
  later(delayMs: number): Promise<void> {
    return this.holder.settle(this, { action: 'later', delayMs });
  }

  /** Not begun: back to the head of the queue at once. Costs no attempt. */
  giveBack(): Promise<void> {
    return this.holder.settle(this, { action: 'back' });
  }

  /** For the worker: the item is no longer in its hands. */
  lose(reason: Error): void {
    this.controller.abort(reason);
  }
}
