import { type Effect, type Turn } from '@switchboard/delivery';
import {
  type AuditRecord,
  contractOf,
  type ConversationUpdate,
  type Draft,
  type Envelope,
  envelopeOf,
  Streams,
} from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { auditEffect, feedEffect, messageEffect } from '../messages/effects.js';

/** What follows from the incoming messages and need not be said of an output. */
type Inherited = 'property_id' | 'conversation_id';
export type OutputDraft<P extends object> = Omit<Draft<P>, Inherited>;

/**
 * One turn of a conversation as its handler sees it. What is emitted here happens together with the acknowledgement of
 * the messages, in one script, or not at all.
 */
export class TurnContext {
  private outputs = 0;

  constructor(
    private readonly turn: Turn,
    private readonly batch: readonly Envelope[],
    private readonly streamName: (stream: string) => string,
  ) {}

  /** Aborted when the work has become useless: the partition moved, or newer messages came (`onNewer: 'abort'`). */
  get signal(): AbortSignal {
    return this.turn.signal;
  }

  /** 1 at the first try of the batch's oldest message. */
  get attempt(): number {
    return this.turn.messages[0]?.attempt ?? 1;
  }

  /** A message for the next stage. Its id follows from the input's, so that a repeated turn gives the same one. */
  emit<P extends object>(messageClass: ClassConstructor<P>, draft: NoInfer<OutputDraft<P>>): Envelope<P> {
    const first = this.batch[0] as Envelope;
    const { type, stream } = contractOf(messageClass);
    const envelope = envelopeOf(messageClass, {
      message_id: `${first.message_id}/${type}/${++this.outputs}`,
      correlation_id: first.correlation_id,
      causation_id: (this.batch[this.batch.length - 1] as Envelope).message_id,
      ...(first.traceparent ? { traceparent: first.traceparent } : {}),
      ...draft,
      property_id: first.property_id,
      conversation_id: first.conversation_id,
    } as Draft<P>);
    this.effect(messageEffect(this.streamName(stream), envelope));
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
