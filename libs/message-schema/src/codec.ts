import { type ClassConstructor } from 'class-transformer';
import { type Completed, completed } from './draft.js';
import { Envelope } from './envelope.js';
import { InvalidMessageError } from './invalid-message-error.js';
import { parseText, writeText } from './json-text.js';
import { checkMessage } from './message-check.js';
import { limitValue } from './message-limits.js';
import { contractOf } from './message.decorator.js';
import { upcast } from './upcaster.js';

/** What a publisher must say of a message; the rest has defaults or follows from the payload's class. */
export type Draft<P extends object> = Omit<Envelope<P>, Completed | 'message_type' | 'schema_version'> &
  Partial<Pick<Envelope<P>, Completed>>;

/**
 * Makes a complete, checked message of a class. Missing ids are random, the time is now, the priority `normal`.
 *
 * @throws InvalidMessageError when a field does not fit or the message is beyond a limit.
 */
export function envelopeOf<P extends object>(messageClass: ClassConstructor<P>, draft: NoInfer<Draft<P>>): Envelope<P> {
  const { type, version } = contractOf(messageClass);
  const envelope: Envelope<P> = completed(draft, { message_type: type, schema_version: version });
  limitValue(envelope);
  checkMessage(Envelope, envelope);
  return envelope;
}

/** The wire form of a message. @throws InvalidMessageError when it is too large, too deep or holds NUL characters. */
export function encode(envelope: Envelope): string {
  return writeText(envelope);
}

/**
 * Reads a stored message; an older version comes as the newest one that this build can make of it.
 *
 * @throws InvalidMessageError when the text is no JSON, beyond the limits, no envelope, of an unknown type or version, or
 * its payload does not fit; such an entry belongs to the dead letters.
 */
export function decode(text: string): Envelope {
  const { message, payloadClass } = declared(text);
  return upcast(message, payloadClass);
}

/**
 * Reads a stored message that must be of one class; an older version comes as this one.
 *
 * @throws InvalidMessageError also for another type, and for another version that no up-caster brings here.
 */
export function decodeAs<P extends object>(messageClass: ClassConstructor<P>, text: string): Envelope<P> {
  const { type, version } = contractOf(messageClass);
  const { message, payloadClass } = declared(text);
  if (message.message_type !== type) {
    throw new InvalidMessageError('Message', [{ field: 'message_type', problem: `must be ${type}` }]);
  }
  const wanted = upcast(message, payloadClass, version);
  if (wanted.schema_version !== version) {
    throw new InvalidMessageError('Message', [
      { field: 'schema_version', problem: `must be ${version}, or an older one with an up-caster` },
    ]);
  }
  return wanted as Envelope<P>;
}

function declared(text: string): { message: Envelope; payloadClass: ClassConstructor<object> } {
  const { message, payloadClass } = checkMessage(Envelope, parseText(text));
  if (payloadClass) return { message, payloadClass };
  throw new InvalidMessageError('Message', [{ field: 'message_type', problem: 'is none that this build knows' }]);
}
