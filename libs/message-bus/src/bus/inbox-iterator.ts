import { setTimeout as pause } from 'node:timers/promises';
import { type Delivery } from '../delivery.js';
import { TakenAway } from '../errors.js';
import { type MailReader, type TakenMail } from '../ports/mailboxes.js';
import { type Admission } from './admission.js';
import { LetterDelivery } from './letter-delivery.js';
import { type LetterEndings } from './letter-endings.js';
import { type Tally } from './tally.js';

const FAILURE_PAUSE_MS = 100;

export interface InboxParts {
  readonly mailbox: string;
  readonly receiver: string;
  readonly reader: MailReader;
  readonly admission: Admission;
  readonly endings: LetterEndings;
  readonly tally: Tally;
  readonly drainMs: number;
}

/** Hands out a mailbox's messages one after the other. */
export class InboxIterator implements AsyncIterableIterator<Delivery> {
  private readonly controller = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private ending: Promise<void> | undefined;
  private tellEnded!: () => void;
  /** Resolves when everything that was handed out is settled or given back. */
  readonly ended = new Promise<void>((resolve) => (this.tellEnded = resolve));
  private readonly end = (): void => void this.finish();

  constructor(
    private readonly parts: InboxParts,
    private readonly signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted) this.end();
    else signal?.addEventListener('abort', this.end, { once: true });
  }

  /** Calls of `next` at once are answered in turn. */
  next(): Promise<IteratorResult<Delivery>> {
    const answer = this.last.then(() => this.take());
    this.last = answer.catch(() => undefined);
    return answer;
  }

  return(): Promise<IteratorResult<Delivery>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the iteration; resolves as `ended`. */
  finish(): Promise<void> {
    this.ending ??= this.drain().finally(this.tellEnded);
    return this.ending;
  }

  private async take(): Promise<IteratorResult<Delivery>> {
    const { signal } = this.controller;
    while (!signal.aborted) {
      const mail = await this.takeNext(signal);
      if (!mail) break;
      const delivery = await this.deliveryOf(mail);
      if (delivery) return { done: false, value: delivery };
    }
    this.end();
    return { done: true, value: undefined };
  }

  /** What the store refuses for good ends the iteration, and its reader learns why. */
  private async takeNext(signal: AbortSignal): Promise<TakenMail | undefined> {
    try {
      return await this.parts.reader.take(signal);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Nothing when the message is not for the receiver, or nobody waits for it any more. */
  private async deliveryOf(mail: TakenMail): Promise<Delivery | undefined> {
    const { mailbox, receiver, admission, endings, tally } = this.parts;
    while (!this.controller.signal.aborted && !mail.signal.aborted) {
      try {
        const message = await admission.admit(mailbox, receiver, mail);
        if (!message) return undefined;
        tally.delivered(mailbox);
        return new LetterDelivery(message, mailbox, receiver, mail, endings);
      } catch (error) {
        tally.storeFailed('admit', error as Error);
        if (error instanceof TakenAway) return undefined;
        await pause(FAILURE_PAUSE_MS);
      }
    }
    await mail.giveBack().catch((error: unknown) => tally.storeFailed('give back', error as Error));
    return undefined;
  }

  private async drain(): Promise<void> {
    const { reader, drainMs, tally } = this.parts;
    this.signal?.removeEventListener('abort', this.end);
    this.controller.abort();
    try {
      await reader.stop(drainMs);
    } catch (error) {
      tally.storeFailed('stop', error as Error);
    }
  }
}
