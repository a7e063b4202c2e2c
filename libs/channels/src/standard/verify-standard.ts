import { faultOfTimestamp } from '../signature/freshness.js';
import { anySame } from '../signature/hmac.js';
import { headerOf, refused, type SignedRequest, type SourceSecurity, type Verdict } from '../signature/verdict.js';
import { keyOf, signatureOf } from './standard-signature.js';

const ID_FORM = /^[\x21-\x7e]{1,256}$/;
const SIGNATURE_FORM = /^v1,[A-Za-z0-9+/]{43}=$/;

/**
 * Judges a Standard Webhook with symmetric signatures. The header may hold several signatures and the source several
 * secrets, which lets either side rotate; signatures of other versions are passed over. `deliveryId` of the verdict is
 * the `webhook-id`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandard(request: SignedRequest, security: SourceSecurity): Verdict {
  const { rawBody, headers, nowMs } = request;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const header = headerOf(headers, 'webhook-signature');
  if (id === undefined) return refused('id-missing');
  if (!ID_FORM.test(id)) return refused('id-malformed');
  const stale = faultOfTimestamp(timestamp, nowMs);
  if (stale || timestamp === undefined) return refused(stale ?? 'timestamp-missing');
  if (header === undefined) return refused('signature-missing');

  const signatures = header.split(' ').filter((signature) => SIGNATURE_FORM.test(signature));
  if (signatures.length === 0) return refused('signature-malformed');
  const keys = security.secrets.map(keyOf).filter((key) => key !== undefined);
  if (keys.length === 0) return refused('no-secret-configured');
  const expected = keys.map((key) => signatureOf(key, id, timestamp, rawBody));
  return anySame(signatures, expected) ? { ok: true, deliveryId: id } : refused('signature-mismatch');
}
