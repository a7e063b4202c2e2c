import { type AgentReply } from '@switchboard/message-schema';
import { type Found } from '../channel-adapter.js';
import { classOfStatus } from '../outbound/http-failure.js';
import { callProvider, urlOf } from '../outbound/provider-call.js';
import { ProviderError } from '../outbound/provider-error.js';
import { type SendContext } from '../outbound/send-context.js';
import { messagesOf, REPLY_ID } from './send-to-chatwoot.js';

/** Twenty messages of the greatest length. */
const MAX_PAGE_BYTES = 16 << 20;
const MAX_PAGES = 5;
/** The installation's clock may be behind ours so much, and tells whole seconds. */
const CLOCK_TOLERANCE_MS = 5_000;
const OUTGOING = 1;

interface Listed {
  readonly id: number;
  readonly content: unknown;
  readonly message_type: unknown;
  readonly created_at: number;
  readonly echo_id?: unknown;
  readonly content_attributes?: { readonly [REPLY_ID]?: unknown } | null;
}

function listed(json: unknown): Listed[] {
  const payload = (json as { payload?: unknown } | null | undefined)?.payload;
  if (!Array.isArray(payload)) throw new ProviderError('BAD_ANSWER', 'transient');
  return (payload as Partial<Listed>[]).filter(
    (message): message is Listed => typeof message?.id === 'number' && typeof message.created_at === 'number',
  );
}

/**
 * Looks for a reply among a conversation's messages from the newest back to the time of the call: by our id in its content
 * attributes, and since not every version of Chatwoot keeps those, by an equal text among what was written since.
 * Agent bots may not list messages; `hidden` then.
 *
 * @throws ProviderError
 * @see https://developers.chatwoot.com/api-reference/messages/get-messages
 */
export async function findInChatwoot(reply: AgentReply, context: SendContext, calledAtMs: number): Promise<Found> {
  const { baseUrl, token } = context.api;
  const url = messagesOf(reply, baseUrl);
  if (!token) throw new ProviderError('NO_CREDENTIALS', 'stop');
  const since = calledAtMs - CLOCK_TOLERANCE_MS;
  const isOurs = ({ content, message_type, created_at, echo_id, content_attributes }: Listed): boolean => {
    const id = content_attributes?.[REPLY_ID] ?? echo_id;
    if (id !== undefined && id !== null) return id === context.messageId;
    return message_type === OUTGOING && content === reply.text && created_at * 1_000 >= since;
  };
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const messages = await list(url, token, context);
    if (!messages) return 'hidden';
    const found = messages.find(isOurs);
    if (found) return { providerMessageId: String(found.id) };
    const oldest = messages.reduce<Listed | undefined>((a, b) => (a && a.id < b.id ? a : b), undefined);
    if (!oldest || oldest.created_at * 1_000 < since) return 'absent';
    url.searchParams.set('before', String(oldest.id));
  }
  return 'hidden';
}

/** One page; undefined when we may not look. */
async function list(url: URL, token: string, context: SendContext): Promise<Listed[] | undefined> {
  const headers = { api_access_token: token };
  const call = { url: urlOf(url.href), headers, idempotent: true, maxAnswerBytes: MAX_PAGE_BYTES };
  const { ok, status, json, providerWaitMs } = await callProvider(call, context);
  if (ok) return listed(json);
  if (status === 401 || status === 403 || status === 404) return undefined;
  throw new ProviderError(`HTTP_${status}`, classOfStatus(status, true), { status, providerWaitMs });
}
