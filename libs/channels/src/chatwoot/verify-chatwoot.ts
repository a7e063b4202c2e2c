import { faultOfTimestamp } from '../signature/freshness.js';
import { anySame } from '../signature/hmac.js';
import { judgeHexSignature } from '../signature/hex-signature.js';
import { headerOf, refused, type SignedRequest, type SourceSecurity, type Verdict } from '../signature/verdict.js';

/**
 * Judges a Chatwoot webhook: `X-Chatwoot-Signature: sha256=<hex HMAC-SHA256 of "<timestamp>.<raw body>">`, keyed with
 * the secret of that webhook, agent bot or API inbox, and `X-Chatwoot-Timestamp` within the tolerance. Where the source
 * does not require a signature, one that is there is judged as soon as a secret is known; a request without one must carry
 * a token in its address when the source has such tokens.
 * @see https://github.com/chatwoot/chatwoot/blob/develop/lib/webhooks/trigger.rb
 */
export function verifyChatwoot(request: SignedRequest, security: SourceSecurity): Verdict {
  const { rawBody, headers, nowMs } = request;
  const signature = headerOf(headers, 'x-chatwoot-signature');
  const timestamp = headerOf(headers, 'x-chatwoot-timestamp');
  const deliveryId = headerOf(headers, 'x-chatwoot-delivery');

  const needless = signature === undefined || security.secrets.length === 0;
  if (security.requireSignature === false && needless) {
    return knowsToken(request, security) ? { ok: true, deliveryId } : refused('token-mismatch');
  }

  if (signature === undefined) return refused('signature-missing');
  const stale = faultOfTimestamp(timestamp, nowMs);
  if (stale) return refused(stale);
  const verdict = judgeHexSignature(signature, security.secrets, [`${timestamp}.`, rawBody]);
  return verdict.ok ? { ok: true, deliveryId } : verdict;
}

function knowsToken({ urlToken }: SignedRequest, { urlTokens = [] }: SourceSecurity): boolean {
  if (urlTokens.length === 0) return true;
  return urlToken !== undefined && anySame([urlToken], urlTokens);
}
