import { type AgentReply } from '@switchboard/message-schema';
import { classOfStatus } from '../outbound/http-failure.js';
import { publicOnly } from '../outbound/guarded/call-rules.js';
import { callGuarded } from '../outbound/guarded/guarded-call.js';
import { urlOf } from '../outbound/provider-call.js';
import { ProviderError } from '../outbound/provider-error.js';
import { type SendContext, type SendResult } from '../outbound/send-context.js';
import { asymmetricSignatureOf, secretKeyOf } from './ed25519.js';
import { keyOf, signedContent, symmetricSignatureOf } from './standard-signature.js';

/**
 * Our message id as a `webhook-id`: the same unless it holds characters that a header cannot, or a dot, which
 * separates the signed parts; those are percent-encoded.
 */
export function webhookIdOf(messageId: string): string {
  return messageId.replace(/[^\x21-\x24\x26-\x2d\x2f-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** One signature for each secret, so that the receiver can rotate; a secret of neither form makes none. */
function signaturesOf(secrets: readonly string[], content: Buffer): string[] {
  return secrets.flatMap((secret) => {
    const pair = secretKeyOf(secret);
    if (pair) return [asymmetricSignatureOf(pair, content)];
    const key = keyOf(secret);
    return key ? [symmetricSignatureOf(key, content)] : [];
  });
}

function signedHeaders(context: SendContext, body: string): Record<string, string> {
  const id = webhookIdOf(context.messageId);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signatures = signaturesOf(context.api.signingSecrets ?? [], signedContent(id, timestamp, body));
  if (signatures.length === 0) throw new ProviderError('NO_CREDENTIALS', 'stop');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * Posts a reply as a signed Standard Webhook:
 *
 * ```json
 * { "type": "message.reply", "timestamp": "2026-01-02T03:04:05.678Z",
 *   "data": { "conversationId": "c-1", "messageId": "…", "inReplyTo": ["m-1"], "author": "bot", "text": "hello" } }
 * ```
 *
 * `webhook-id` is our message id and stays the same over retries, so the receiver can tell a repetition, and a call
 * without an answer is safe to retry. Any 2xx means taken. The address is a customer's: see `callGuarded`.
 *
 * @throws ProviderError
 */
export async function sendToStandard(reply: AgentReply, context: SendContext): Promise<SendResult> {
  const url = urlOf(context.api.baseUrl);
  const body = JSON.stringify({
    type: 'message.reply',
    timestamp: context.createdAt ?? new Date().toISOString(),
    data: {
      conversationId: reply.replyTo.to,
      messageId: context.messageId,
      inReplyTo: reply.inReplyTo,
      author: reply.author,
      text: reply.text,
    },
  });
  const headers = signedHeaders(context, body);
  const rules = context.api.rules ?? publicOnly;
  const { ok, status, providerWaitMs } = await callGuarded({ url, headers, body, rules }, context);
  if (!ok) throw new ProviderError(`HTTP_${status}`, classOfStatus(status, true), { status, providerWaitMs });
  return {};
}
