import { createHash } from 'node:crypto';
import { contractOf, type Draft, type Envelope, envelopeOf } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';

/** What follows from the incoming messages and need not be said of an output. */
type Inherited = 'property_id' | 'conversation_id';
export type OutputDraft<P extends object> = Omit<Draft<P>, Inherited>;

/** The incoming messages an output comes from: the oldest and the latest of a batch. */
export interface Origin {
  readonly first: Envelope;
  readonly last: Envelope;
  /** The consumer group or the work queue whose handler emits: each of them may answer one message for itself. */
  readonly by: string;
}

/** Longest id that a message may have, in characters. */
const LONGEST_ID = 512;

/**
 * A message for the next stage. Its id follows from the first input's, from the group or queue, and from its own number,
 * so that a repeated turn gives the same one and no other handler of the input does.
 */
export function outputOf<P extends object>(
  { first, last, by }: Origin,
  number: number,
  messageClass: ClassConstructor<P>,
  draft: OutputDraft<P>,
): Envelope<P> {
  return envelopeOf(messageClass, {
    message_id: outputId(first.message_id, by, `${contractOf(messageClass).type}/${number}`),
    correlation_id: first.correlation_id,
    causation_id: last.message_id,
    ...(first.traceparent ? { traceparent: first.traceparent } : {}),
    ...draft,
    property_id: first.property_id,
    conversation_id: first.conversation_id,
  } as Draft<P>);
}

/** `{input}/{group or queue}/{type}/{number}`; where a long chain makes that too long, what comes before the type is hashed. */
function outputId(input: string, by: string, own: string): string {
  const id = `${input}/${by}/${own}`;
  if (id.length <= LONGEST_ID) return id;
  return `${createHash('sha256').update(`${input}/${by}`).digest('base64url')}/${own}`;
}
