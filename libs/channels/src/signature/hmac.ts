import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 over the parts, one after the other. */
export function hmacOf(key: string | Buffer, parts: readonly (string | Buffer)[], encoding: 'hex' | 'base64'): string {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
}

/** Compares in a time that tells nothing but the lengths. Texts are compared as written: `AB` is not `ab`. */
export function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** True when any of the given texts is any of the expected ones; looks at every pair whatever it finds. */
export function anySame(given: readonly string[], expected: readonly string[]): boolean {
  let found = false;
  for (const one of given) {
    for (const other of expected) found = sameText(one, other) || found;
  }
  return found;
}
