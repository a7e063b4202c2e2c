import { type ClassConstructor } from 'class-transformer';
import { compiledMessage } from './compiled.js';
import { InvalidMessageError } from './invalid-message-error.js';
import { messageClassFor, newestVersionOf } from './message.decorator.js';
import { check } from './schema.js';
import { type StandardMessage } from './standard-message.js';

/** A message that fits, and the class its payload fits; no class when none is declared for its type. */
export interface Checked<M extends StandardMessage> {
  readonly message: M;
  readonly payloadClass: ClassConstructor<object> | undefined;
}

/**
 * Checks a whole message, fields and payload, in one compiled function.
 *
 * @throws InvalidMessageError naming the fields at fault, those of the payload without a prefix; also for a version that
 * this build does not know of a type that it knows.
 */
export function checkMessage<M extends StandardMessage>(wrapper: ClassConstructor<M>, value: unknown): Checked<M> {
  const { message_type: type, schema_version: version } = (value ?? {}) as Partial<StandardMessage>;
  const payloadClass = messageClassFor(type as string, version as number);
  if (payloadClass && compiledMessage(wrapper, payloadClass)(value)) return { message: value as M, payloadClass };
  const message = check(wrapper, value);
  if (payloadClass) check(payloadClass, message.payload);
  else refuseUnknownVersion(message);
  return { message, payloadClass };
}

function refuseUnknownVersion({ message_type, schema_version }: StandardMessage): void {
  const newest = newestVersionOf(message_type);
  if (newest === undefined) return;
  const problem =
    schema_version > newest
      ? `is newer than this build, which reads up to ${newest}: update it, then replay the message`
      : 'is one that this build does not read';
  throw new InvalidMessageError('Message', [{ field: 'schema_version', problem }]);
}
