import { faultOfTimestamp } from '../signature/freshness.js';
import { anySame } from '../signature/hmac.js';
import { headerOf, refused, type SignedRequest, type SourceSecurity, type Verdict } from '../signature/verdict.js';
import { anySignedBy, publicKeyOf } from './ed25519.js';
import { keyOf, signedContent, symmetricSignatureOf } from './standard-signature.js';

const ID_FORM = /^[\x21-\x7e]{1,256}$/;
const SYMMETRIC_FORM = /^v1,[A-Za-z0-9+/]{43}=$/;
const ASYMMETRIC_FORM = /^v1a,[A-Za-z0-9+/]{86}==$/;

/** So many asymmetric signatures of one request are looked at: each costs a tenth of a millisecond before anybody is known. */
const MOST_ASYMMETRIC = 10;

/**
 * Judges a Standard Webhook, signed with a secret (`v1`, HMAC-SHA256, `whsec_…`) or a key pair (`v1a`, ed25519, of which
 * the source has the public half, `whpk_…`). The header may hold several signatures and the source several secrets and
 * keys, which lets either side rotate or change the scheme; signatures of other versions are passed over. `deliveryId`
 * of the verdict is the `webhook-id`.
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
  const fits = judge(header.split(' '), security.secrets, () => signedContent(id, timestamp, rawBody));
  return fits === true ? { ok: true, deliveryId: id } : refused(fits);
}

type Fault = 'signature-malformed' | 'no-secret-configured' | 'signature-mismatch';

function judge(signatures: readonly string[], secrets: readonly string[], contentOf: () => Buffer): true | Fault {
  const symmetric = signatures.filter((signature) => SYMMETRIC_FORM.test(signature));
  const asymmetric = signatures.filter((signature) => ASYMMETRIC_FORM.test(signature)).slice(0, MOST_ASYMMETRIC);
  if (symmetric.length + asymmetric.length === 0) return 'signature-malformed';
  const publicKeys = secrets.map(publicKeyOf).filter((key) => key !== undefined);
  const keys = secrets.map(keyOf).filter((key) => key !== undefined);
  if (keys.length + publicKeys.length === 0) return 'no-secret-configured';
  const content = contentOf();
  const expected = keys.map((key) => symmetricSignatureOf(key, content));
  return anySame(symmetric, expected) || anySignedBy(publicKeys, asymmetric, content) || 'signature-mismatch';
}
