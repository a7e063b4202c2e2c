import { randomUUID } from 'node:crypto';
import { type ClassConstructor } from 'class-transformer';
import { Envelope } from './envelope.js';
import { contractOf, messageClassFor } from './message.decorator.js';
import { check, InvalidMessageError } from './schema.js';

type Defaulted = 'message_id' | 'message_type' | 'schema_version' | 'timestamp' | 'priority' | 'correlation_id';

/** What a publisher must say of a message; the rest has defaults or follows from the payload's class. */
export type Draft<P extends object> = Omit<Envelope<P>, Defaulted> &
  Partial<Pick<Envelope<P>, 'message_id' | 'timestamp' | 'priority' | 'correlation_id'>>;

/**
 * Makes a complete, checked message of a class. Missing ids are random, the time is now, the priority `normal`.
 *
 * @throws InvalidMessageError when a field does not fit.
 */
export function envelopeOf<P extends object>(messageClass: ClassConstructor<P>, draft: NoInfer<Draft<P>>): Envelope<P> {
  const { type, version } = contractOf(messageClass);
  const envelope: Envelope<P> = {
    message_id: randomUUID(),
    correlation_id: randomUUID(),
    timestamp: new Date().toISOString(),
    priority: 'normal',
    ...draft,
    message_type: type,
    schema_version: version,
  };
  check(messageClass, envelope.payload);
  check(Envelope, envelope);
  return envelope;
}

/** The wire form of a message. */
export function encode(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/**
 * Reads a stored message.
 *
 * @throws InvalidMessageError when the text is no JSON, no envelope, of an unknown type or version, or its payload does
 * not fit; such an entry belongs to the dead letters.
 */
export function decode(text: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidMessageError('Message', [{ field: '(body)', problem: 'is not JSON' }]);
  }
  const envelope = check(Envelope, value);
  const messageClass = messageClassFor(envelope.message_type, envelope.schema_version);
  if (!messageClass) {
    throw new InvalidMessageError('Message', [
      { field: 'message_type', problem: 'and schema_version name no message that this build knows' },
    ]);
  }
  check(messageClass, envelope.payload);
  return envelope;
}

/** Reads a stored message that must be of one class. @throws InvalidMessageError also for another class. */
export function decodeAs<P extends object>(messageClass: ClassConstructor<P>, text: string): Envelope<P> {
  const envelope = decode(text);
  const { type } = contractOf(messageClass);
  if (envelope.message_type !== type) {
    throw new InvalidMessageError('Message', [{ field: 'message_type', problem: `must be ${type}` }]);
  }
  return envelope as Envelope<P>;
}
