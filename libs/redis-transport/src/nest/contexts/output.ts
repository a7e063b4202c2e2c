import { contractOf, type Draft, type Envelope, envelopeOf } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';

/** What follows from the incoming messages and need not be said of an output. */
type Inherited = 'property_id' | 'conversation_id';
export type OutputDraft<P extends object> = Omit<Draft<P>, Inherited>;

/** The incoming messages an output comes from: the oldest and the latest of a batch. */
export interface Origin {
  readonly first: Envelope;
  readonly last: Envelope;
}

/**
 * A message for the next stage. Its id follows from the first input's and from its own number, so that a repeated turn
 * gives the same one.
 */
export function outputOf<P extends object>(
  { first, last }: Origin,
  number: number,
  messageClass: ClassConstructor<P>,
  draft: OutputDraft<P>,
): Envelope<P> {
  return envelopeOf(messageClass, {
    message_id: `${first.message_id}/${contractOf(messageClass).type}/${number}`,
    correlation_id: first.correlation_id,
    causation_id: last.message_id,
    ...(first.traceparent ? { traceparent: first.traceparent } : {}),
    ...draft,
    property_id: first.property_id,
    conversation_id: first.conversation_id,
  } as Draft<P>);
}
