import { InvalidMessageError } from './invalid-message-error.js';

/** Separators of names, wildcards of subscriptions, braces of hash slots, spaces and control characters. */
const reserved = /[:*?[\]{}\\\s\u0000-\u001f\u007f]/;

/**
 * One part of a channel name, returned unchanged: 1–128 characters, none of which could change what the name means.
 *
 * @throws InvalidMessageError naming the part.
 */
export function channelPart(name: string, value: string): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 128) {
    throw new InvalidMessageError('Channel name', [{ field: name, problem: 'must have 1 to 128 characters' }]);
  }
  if (reserved.test(value)) {
    throw new InvalidMessageError('Channel name', [
      { field: name, problem: 'must not hold ":", wildcards, braces, backslashes, spaces or control characters' },
    ]);
  }
  return value;
}
