import { hmacOf } from '../signature/hmac.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The spec asks for 24 to 64 random bytes. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** The bytes of a `whsec_…` secret (the prefix may be missing), or undefined when it is not one. */
export function keyOf(secret: string): Buffer | undefined {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  if (!BASE64.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined;
}

/** One symmetric signature, `v1,<base64 HMAC-SHA256 of "<id>.<timestamp>.<body>">`. */
export function signatureOf(key: Buffer, id: string, timestamp: string, body: string | Buffer): string {
  return `v1,${hmacOf(key, [`${id}.${timestamp}.`, body], 'base64')}`;
}
