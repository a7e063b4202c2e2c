import { check, decodeAs, InvalidMessageError } from '@switchboard/message-schema';
import { type BodyClass } from '../handlers/handler-extras.js';

/** An envelope of the class, or any JSON when there is none. @throws InvalidMessageError */
export function readMessage(messageClass: BodyClass | undefined, text: string): unknown {
  return messageClass ? decodeAs(messageClass, text) : parse(text);
}

/** A plain body of the class, or any JSON when there is none. @throws InvalidMessageError */
export function readBody(bodyClass: BodyClass | undefined, text: string): unknown {
  const value = parse(text);
  return bodyClass ? check(bodyClass, value) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidMessageError('Message', [{ field: '(body)', problem: 'is not JSON' }]);
  }
}
