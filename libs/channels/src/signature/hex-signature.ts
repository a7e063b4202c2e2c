import { anySame, hmacOf } from './hmac.js';
import { refused, type RefusalReason, type Verdict } from './verdict.js';

const FORM = /^sha256=[0-9a-f]{64}$/;

/** Judges a header of the form `sha256=<hex>` over the signed parts; any of the secrets may have signed. */
export function judgeHexSignature(
  signature: string | undefined,
  secrets: readonly string[],
  parts: readonly (string | Buffer)[],
): Verdict {
  // With an empty key anybody could sign.
  const keys = secrets.filter((secret) => secret !== '');
  const fault = faultOf(signature, keys);
  if (fault || signature === undefined) return refused(fault ?? 'signature-missing');
  const expected = keys.map((secret) => `sha256=${hmacOf(secret, parts, 'hex')}`);
  return anySame([signature], expected) ? { ok: true } : refused('signature-mismatch');
}

function faultOf(signature: string | undefined, secrets: readonly string[]): RefusalReason | undefined {
  if (signature === undefined) return 'signature-missing';
  if (!FORM.test(signature)) return 'signature-malformed';
  return secrets.length === 0 ? 'no-secret-configured' : undefined;
}
