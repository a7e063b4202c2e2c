import { judgeHexSignature } from '../signature/hex-signature.js';
import { headerOf, type SignedRequest, type SourceSecurity, type Verdict } from '../signature/verdict.js';

/**
 * Judges a WhatsApp webhook: `X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>`, keyed with the app
 * secret. Meta signs no timestamp, so a replay is caught only by the message id.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validating-payloads
 */
export function verifyWhatsApp(request: SignedRequest, security: SourceSecurity): Verdict {
  return judgeHexSignature(headerOf(request.headers, 'x-hub-signature-256'), security.secrets, [request.rawBody]);
}
