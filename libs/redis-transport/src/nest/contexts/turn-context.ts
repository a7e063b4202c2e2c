import { type Effect, type Turn } from '@switchboard/delivery';
import {
  type AuditRecord,
  contractOf,
  type ConversationUpdate,
  type Envelope,
  Streams,
} from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { auditEffect, feedEffect, messageEffect } from '../../messages/effects.js';
import { HandlerContext } from './handler-context.js';
import { type OutputDraft, outputOf } from './output.js';

/** What a context needs of the engine's turn. */
export type TurnOfHandler = Pick<Turn, 'messages' | 'signal' | 'emit'>;

/** Where the handler of a turn stands. */
export interface TurnSite {
  readonly group: string;
  /** How a stream is called here. */
  streamName(stream: string): string;
}

/**
 * One turn of a conversation as its handler sees it. What is emitted here happens together with the acknowledgement of
 * the messages, in one script, or not at all.
 */
export class TurnContext extends HandlerContext {
  private outputs = 0;

  constructor(
    private readonly turn: TurnOfHandler,
    private readonly batch: readonly Envelope[],
    private readonly site: TurnSite,
  ) {
    super();
  }

  /** Aborted when the work has become useless: the partition moved, or newer messages came (`onNewer: 'abort'`). */
  get signal(): AbortSignal {
    return this.turn.signal;
  }

  /** 1 at the first try of the batch's oldest message. */
  get attempt(): number {
    return this.turn.messages[0]?.attempt ?? 1;
  }

  /** A message for the next stage. Its id follows from the input's and the group, so that a repeated turn gives the same one. */
  emit<P extends object>(messageClass: ClassConstructor<P>, draft: NoInfer<OutputDraft<P>>): Envelope<P> {
    const [first, last] = [this.batch[0] as Envelope, this.batch[this.batch.length - 1] as Envelope];
    const envelope = outputOf({ first, last, by: this.site.group }, ++this.outputs, messageClass, draft);
    this.effect(messageEffect(this.site.streamName(contractOf(messageClass).stream), envelope));
    return envelope;
  }

  /** A line for the property's dashboards. */
  tellDashboards(update: ConversationUpdate): void {
    this.effect(feedEffect(update));
  }

  /** A line in the audit trail of messages. */
  audit(record: AuditRecord): void {
    this.effect(auditEffect(record));
  }

  /** A line in the audit trail of decisions. */
  auditDecision(record: AuditRecord): void {
    this.effect(auditEffect(record, Streams.auditDecisions));
  }

  /** Any other effect of the same conversation. */
  effect(effect: Effect): void {
    this.turn.emit(effect);
  }
}
