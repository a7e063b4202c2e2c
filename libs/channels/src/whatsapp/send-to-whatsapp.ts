import { type AgentReply } from '@switchboard/message-schema';
import { callProvider, type ProviderAnswer, urlOf } from '../outbound/provider-call.js';
import { ProviderError } from '../outbound/provider-error.js';
import { type SendContext, type SendResult } from '../outbound/send-context.js';
import { classOfWhatsAppFailure, codeOfAnswer } from './whatsapp-errors.js';

/** Version of the Graph API when the source names none; Meta keeps a version for about two years. */
export const DEFAULT_GRAPH_VERSION = 'v24.0';

/**
 * Longest text of one WhatsApp message, in characters. A longer one is refused before it is sent: parts of one reply would
 * be several messages of which nobody could tell after a time-out which ones arrived. Who writes replies splits them.
 */
export const MAX_WHATSAPP_TEXT_LENGTH = 4_096;

function addressOf(reply: AgentReply, { baseUrl, version = DEFAULT_GRAPH_VERSION }: SendContext['api']): URL {
  const { via: phoneNumberId } = reply.replyTo;
  if (!/^[\w-]+$/.test(phoneNumberId ?? '')) throw new ProviderError('BAD_REPLY_ADDRESS', 'permanent');
  return urlOf(`${baseUrl.replace(/\/+$/, '')}/${version}/${phoneNumberId}/messages`);
}

/** Phone numbers and user ids go into different fields. */
function receiverOf(to: string): { to: string } | { recipient: string } {
  return /^\+?\d+$/.test(to) ? { to } : { recipient: to };
}

function bodyOf(reply: AgentReply, messageId: string): string {
  const [answered, ...others] = reply.inReplyTo;
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...receiverOf(reply.replyTo.to),
    type: 'text',
    text: { preview_url: false, body: reply.text },
    // A quotation shows one message; an answer to several quotes none.
    context: answered !== undefined && others.length === 0 ? { message_id: answered } : undefined,
    biz_opaque_callback_data: messageId,
  });
}

function refusal({ json, status, providerWaitMs }: ProviderAnswer): ProviderError {
  const code = codeOfAnswer(json);
  const name = code === undefined ? `HTTP_${status}` : `WHATSAPP_${code}`;
  return new ProviderError(name, classOfWhatsAppFailure(code, status), { status, providerWaitMs });
}

function wamidOf(json: unknown): string | undefined {
  const id = (json as { messages?: { id?: unknown }[] } | null | undefined)?.messages?.[0]?.id;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Sends a reply as a WhatsApp text. The Cloud API has no idempotency: a call without an answer is of unknown outcome
 * and not repeated; `biz_opaque_callback_data` (our message id) comes back with the delivery status.
 *
 * @throws ProviderError
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
 */
export async function sendToWhatsApp(reply: AgentReply, context: SendContext): Promise<SendResult> {
  const { token } = context.api;
  const url = addressOf(reply, context.api);
  if (!token) throw new ProviderError('NO_CREDENTIALS', 'stop');
  if (reply.text.length > MAX_WHATSAPP_TEXT_LENGTH) throw new ProviderError('TEXT_TOO_LONG', 'permanent');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await callProvider(
    { url, headers, body: bodyOf(reply, context.messageId), idempotent: false },
    context,
  );
  if (!answer.ok) throw refusal(answer);
  const providerMessageId = wamidOf(answer.json);
  if (providerMessageId === undefined) throw new ProviderError('BAD_ANSWER', 'unknown', { status: answer.status });
  return { providerMessageId };
}
