import { type TurnMessage } from '@switchboard/delivery';
import { decodeAs, type Envelope } from '@switchboard/message-schema';
import { type BodyClass } from '../handlers/handler-extras.js';

/** A stored message that is no message of the class. */
export interface Unreadable {
  readonly message: TurnMessage;
  readonly error: unknown;
}

export interface ReadBatch {
  readonly batch: Envelope[];
  readonly unreadable: readonly Unreadable[];
}

const none: readonly Unreadable[] = [];

/** Reads the messages of a turn, each once and each for itself. */
export function readBatch(messageClass: BodyClass, messages: readonly TurnMessage[]): ReadBatch {
  const batch: Envelope[] = [];
  let unreadable: Unreadable[] | undefined;
  for (const message of messages) {
    try {
      batch.push(decodeAs(messageClass, message.data));
    } catch (error) {
      (unreadable ??= []).push({ message, error });
    }
  }
  return { batch, unreadable: unreadable ?? none };
}
