import { InvalidMessageError } from './invalid-message-error.js';
import { limitContent, limitLength, limitValue } from './message-limits.js';

/** Reads the JSON of a message within the limits. @throws InvalidMessageError */
export function parseText(text: string): unknown {
  limitLength(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidMessageError('Message', [{ field: '(body)', problem: 'is not JSON' }]);
  }
  limitContent(text, value);
  return value;
}

/** Writes the JSON of a message within the limits. @throws InvalidMessageError */
export function writeText(value: object): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    limitValue(value);
    throw new InvalidMessageError('Message', [{ field: '(body)', problem: 'cannot be written as JSON' }]);
  }
  limitLength(text);
  limitContent(text, value);
  return text;
}
