import { type LogEffect } from '@switchboard/delivery';
import {
  type AuditRecord,
  type Envelope,
  InvalidMessageError,
  type Priority,
  Streams,
} from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type TakenItem } from '../../lists/taken-item.js';
import { auditEffect } from '../../messages/effects.js';
import { HandlerContext } from './handler-context.js';
import { type OutputDraft, outputOf } from './output.js';

/** What a context needs of the item. */
export type ItemOfHandler = Pick<TakenItem, 'id' | 'priority' | 'attempt' | 'signal'>;

/**
 * One item of a work queue as its handler sees it. What is noted in the audit trails is written together with the end of
 * the item. Messages emitted here travel on streams, whose keys lie elsewhere: they are stored first, then the item ends.
 * A crash in between repeats the item, and the messages, whose ids follow from the item's, are stored once all the same.
 */
export class WorkContext extends HandlerContext {
  /** Messages to be stored before the item ends. */
  readonly outputs: Envelope[] = [];
  /** Lines to be written with the end of the item. */
  readonly lines: LogEffect[] = [];

  constructor(
    readonly queue: string,
    private readonly item: ItemOfHandler,
    private readonly message: Envelope | undefined,
  ) {
    super();
  }

  get id(): string {
    return this.item.id;
  }

  get priority(): Priority {
    return this.item.priority;
  }

  /** 1 at the first try. */
  get attempt(): number {
    return this.item.attempt;
  }

  /** Aborted when the item was taken away: what is done from now on comes to nothing. */
  get signal(): AbortSignal {
    return this.item.signal;
  }

  /**
   * A message for the next stage, of the conversation of the item. Its id follows from the item's message, the queue, and
   * the item where that has an id of its own.
   *
   * @throws InvalidMessageError for an item of no class
   */
  emit<P extends object>(messageClass: ClassConstructor<P>, draft: NoInfer<OutputDraft<P>>): Envelope<P> {
    if (!this.message) {
      throw new InvalidMessageError('Output', [{ field: '(item)', problem: 'is of no message class to inherit from' }]);
    }
    const { message, queue, item } = this;
    const by = item.id === message.message_id ? queue : `${queue}/${item.id}`;
    const origin = { first: message, last: message, by };
    const envelope = outputOf(origin, this.outputs.length + 1, messageClass, draft);
    this.outputs.push(envelope);
    return envelope;
  }

  /** A line in the audit trail of messages. */
  audit(record: AuditRecord): void {
    this.lines.push(auditEffect(record));
  }

  /** A line in the audit trail of decisions. */
  auditDecision(record: AuditRecord): void {
    this.lines.push(auditEffect(record, Streams.auditDecisions));
  }
}
