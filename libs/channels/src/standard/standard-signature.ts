import { hmacOf } from '../signature/hmac.js';
import { bytesOf } from './base64-key.js';

/** The spec asks for 24 to 64 random bytes. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** The bytes of a `whsec_…` secret (the prefix may be missing), or undefined when it is not one. */
export function keyOf(secret: string): Buffer | undefined {
  const key = bytesOf(secret, secret.startsWith('whsec_') ? 'whsec_' : '');
  return key && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined;
}

/** What is signed: the id, the time of the attempt and the body, so that none of them can be another. */
export function signedContent(id: string, timestamp: string, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
}

/** One symmetric signature, `v1,<base64 HMAC-SHA256 of "<id>.<timestamp>.<body>">`. */
export function symmetricSignatureOf(key: Buffer, content: Buffer): string {
  return `v1,${hmacOf(key, [content], 'base64')}`;
}
