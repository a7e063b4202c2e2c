import { unixSeconds } from './sign.js';

/**
 * A recorded WhatsApp webhook as if its messages were written now: replies to a message of more than 24 hours ago are
 * not sent.
 */
export function writtenNow(body: string): string {
  return body.replace(/("timestamp": *")\d+(")/g, `$1${unixSeconds()}$2`);
}
