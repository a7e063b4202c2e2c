import { type AuditLine, type MailReader, type TakenMail, TakenAway } from '@switchboard/message-bus';
import { type Priority } from '@switchboard/message-schema';
import { ItemTakenAway } from '../lists/queue-errors.js';
import { type QueueWorker } from '../lists/queue-worker.js';
import { type TakenItem } from '../lists/taken-item.js';
import { auditEffects } from './audit-lines.js';

/** A worker of a mailbox's queue. */
export class RedisMailReader implements MailReader {
  constructor(
    private readonly mailbox: string,
    private readonly worker: QueueWorker,
  ) {}

  async take(signal: AbortSignal): Promise<TakenMail | undefined> {
    const item = await this.worker.take(signal);
    return item && new RedisTakenMail(this.mailbox, item);
  }

  stop(graceMs: number): Promise<void> {
    return this.worker.stop({ graceMs });
  }
}

class RedisTakenMail implements TakenMail {
  constructor(
    private readonly mailbox: string,
    private readonly item: TakenItem,
  ) {}

  get data(): string {
    return this.item.data;
  }

  get priority(): Priority {
    return this.item.priority;
  }

  get attempt(): number {
    return this.item.attempt;
  }

  get signal(): AbortSignal {
    return this.item.signal;
  }

  done(audit: readonly AuditLine[]): Promise<void> {
    return this.inTermsOfTheBus(this.item.done(auditEffects(audit)));
  }

  retry(delayMs: number | undefined, reason: string): Promise<'waiting' | 'dead'> {
    return this.inTermsOfTheBus(this.item.retry(delayMs, reason));
  }

  bury(reason: string): Promise<void> {
    return this.inTermsOfTheBus(this.item.bury(reason));
  }

  giveBack(): Promise<void> {
    return this.inTermsOfTheBus(this.item.giveBack());
  }

  private async inTermsOfTheBus<T>(ending: Promise<T>): Promise<T> {
    try {
      return await ending;
    } catch (error) {
      throw error instanceof ItemTakenAway ? new TakenAway(this.mailbox) : error;
    }
  }
}
