import { type AgentReply } from '@switchboard/message-schema';
import { classOfStatus } from '../outbound/http-failure.js';
import { callProvider, urlOf } from '../outbound/provider-call.js';
import { ProviderError } from '../outbound/provider-error.js';
import { type SendContext, type SendResult } from '../outbound/send-context.js';

function addressOf(reply: AgentReply, baseUrl: string): URL {
  const { via: account, to: conversation } = reply.replyTo;
  if (!/^\d+$/.test(account ?? '') || !/^\d+$/.test(conversation)) {
    throw new ProviderError('BAD_REPLY_ADDRESS', 'permanent');
  }
  const path = `api/v1/accounts/${account}/conversations/${conversation}/messages`;
  return urlOf(`${baseUrl.replace(/\/+$/, '')}/${path}`);
}

/**
 * Writes a reply into a Chatwoot conversation. Chatwoot has no idempotency: `echo_id` (our message id) only lets one
 * recognise a message. A call without an answer is therefore of unknown outcome and not repeated.
 *
 * @throws ProviderError
 * @see https://developers.chatwoot.com/api-reference/messages/create-new-message
 */
export async function sendToChatwoot(reply: AgentReply, context: SendContext): Promise<SendResult> {
  const { baseUrl, token } = context.api;
  const url = addressOf(reply, baseUrl);
  if (!token) throw new ProviderError('NO_CREDENTIALS', 'stop');
  const body = JSON.stringify({
    content: reply.text,
    message_type: 'outgoing',
    private: false,
    content_type: 'text',
    echo_id: context.messageId,
  });
  const answer = await callProvider({ url, headers: { api_access_token: token }, body, idempotent: false }, context);
  const { ok, status, providerWaitMs } = answer;
  if (!ok) throw new ProviderError(`HTTP_${status}`, classOfStatus(status, false), { status, providerWaitMs });
  const id = (answer.json as { id?: unknown } | null | undefined)?.id;
  if (typeof id !== 'number') throw new ProviderError('BAD_ANSWER', 'unknown', { status });
  return { providerMessageId: String(id) };
}
