import { anySame } from '../signature/hmac.js';

/** Answer to Meta's subscription request: the challenge to send back as plain text with 200, or 403. */
export type HandshakeVerdict =
  | { readonly ok: true; readonly challenge: string }
  | {
      readonly ok: false;
      readonly reason: 'mode-unknown' | 'challenge-missing' | 'token-mismatch' | 'no-token-configured';
    };

const MAX_CHALLENGE_LENGTH = 1_024;

/**
 * Judges `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`, with which Meta checks a webhook address.
 *
 * @param query the parsed query string, names as sent.
 * @param verifyTokens all tokens that count now.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 */
export function answerHandshake(
  query: Readonly<Record<string, unknown>>,
  verifyTokens: readonly string[],
): HandshakeVerdict {
  const challenge = query['hub.challenge'];
  const token = query['hub.verify_token'];
  const known = verifyTokens.filter((verifyToken) => verifyToken !== '');
  if (query['hub.mode'] !== 'subscribe') return { ok: false, reason: 'mode-unknown' };
  if (known.length === 0) return { ok: false, reason: 'no-token-configured' };
  if (typeof token !== 'string' || !anySame([token], known)) return { ok: false, reason: 'token-mismatch' };
  if (typeof challenge !== 'string' || challenge === '' || challenge.length > MAX_CHALLENGE_LENGTH) {
    return { ok: false, reason: 'challenge-missing' };
  }
  return { ok: true, challenge };
}
