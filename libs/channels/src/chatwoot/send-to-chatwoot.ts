import { type AgentReply } from '@switchboard/message-schema';
import { classOfStatus } from '../outbound/http-failure.js';
import { callProvider, urlOf } from '../outbound/provider-call.js';
import { type FailureClass } from '../outbound/failure-class.js';
import { ProviderError } from '../outbound/provider-error.js';
import { type SendContext, type SendResult } from '../outbound/send-context.js';

/** Where a conversation's messages are. @throws ProviderError */
export function messagesOf(reply: AgentReply, baseUrl: string): URL {
  const { via: account, to: conversation } = reply.replyTo;
  if (!/^\d+$/.test(account ?? '') || !/^\d+$/.test(conversation)) {
    throw new ProviderError('BAD_REPLY_ADDRESS', 'permanent');
  }
  const path = `api/v1/accounts/${account}/conversations/${conversation}/messages`;
  return urlOf(`${baseUrl.replace(/\/+$/, '')}/${path}`);
}

/** Content attribute that carries our id of a reply. */
export const REPLY_ID = 'switchboard_id';

/** Chatwoot counts requests by the address they come from, whatever the account. */
function classOf(status: number): FailureClass {
  return status === 429 ? 'slow-account' : classOfStatus(status, false);
}

/**
 * Writes a reply into a Chatwoot conversation. Chatwoot has no idempotency: `echo_id` (our message id) only lets one
 * recognise a message. A call without an answer is therefore of unknown outcome and not repeated before the message was
 * looked for (`findInChatwoot`).
 *
 * @throws ProviderError
 * @see https://developers.chatwoot.com/api-reference/messages/create-new-message
 */
export async function sendToChatwoot(reply: AgentReply, context: SendContext): Promise<SendResult> {
  const { baseUrl, token } = context.api;
  const url = messagesOf(reply, baseUrl);
  if (!token) throw new ProviderError('NO_CREDENTIALS', 'stop');
  const body = JSON.stringify({
    content: reply.text,
    message_type: 'outgoing',
    private: false,
    content_type: 'text',
    echo_id: context.messageId,
    content_attributes: { [REPLY_ID]: context.messageId },
  });
  const answer = await callProvider({ url, headers: { api_access_token: token }, body, idempotent: false }, context);
  const { ok, status, providerWaitMs } = answer;
  if (!ok) throw new ProviderError(`HTTP_${status}`, classOf(status), { status, providerWaitMs });
  const id = (answer.json as { id?: unknown } | null | undefined)?.id;
  if (typeof id !== 'number') throw new ProviderError('BAD_ANSWER', 'unknown', { status });
  return { providerMessageId: String(id) };
}
