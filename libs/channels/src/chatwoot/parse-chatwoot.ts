import { MAX_TEXT_LENGTH } from '@switchboard/message-schema';
import {
  checked,
  type IgnoredReason,
  type InboundDraft,
  nothingFor,
  type Origin,
  type ParsedWebhook,
} from '../inbound/inbound-draft.js';
import { JsonFields } from '../inbound/json-fields.js';
import { providerTime } from '../inbound/provider-time.js';
import { chatwootAttachments, readableAttachments } from './chatwoot-attachments.js';
import { careOf } from './chatwoot-care.js';
import { changedDraft } from './chatwoot-change.js';
import { guestOf } from './chatwoot-guest.js';
import { careEvents, parseCareChange } from './parse-care-change.js';

const SUBJECT = 'Chatwoot webhook';

/** Webhooks name the direction, other payloads of Chatwoot number it. */
const directions = new Map<unknown, 'incoming' | IgnoredReason>([
  ['incoming', 'incoming'],
  [0, 'incoming'],
  ['outgoing', 'outgoing'],
  [1, 'outgoing'],
  ['activity', 'activity'],
  [2, 'activity'],
  ['template', 'template'],
  [3, 'template'],
]);

/** Why a message is not for an agent; only what a guest wrote is, or agents would answer themselves. */
function reasonToIgnore(message: JsonFields): IgnoredReason | undefined {
  const type = message.raw('message_type');
  if (type === undefined) return undefined;
  const direction = directions.get(type) ?? 'message-type';
  if (direction !== 'incoming') return direction;
  return message.raw('private') === true ? 'private' : undefined;
}

/** `content` may be null or empty when files came instead. */
function textOf(message: JsonFields): string {
  const content = message.raw('content');
  if (content === undefined || content === '') return readableAttachments(message);
  return message.text('content', { max: MAX_TEXT_LENGTH });
}

function draftOf(message: JsonFields, origin: Origin): InboundDraft {
  const { propertyId, source } = origin;
  const conversation = message.child('conversation');
  const account = message.child('account').id('id');
  const conversationNumber = conversation.id('id');
  const id = message.id('id');
  const guest = guestOf(message, conversation);
  const answered = message.optionalChild('content_attributes')?.optionalId('in_reply_to');
  return {
    messageId: `chatwoot:${source}:${account}:${id}`,
    // The conversation's number is unique only within its account.
    conversationId: `chatwoot:${source}:${account}:${conversationNumber}`,
    propertyId,
    from: `guest:${guest.id ?? `conversation-${conversationNumber}`}`,
    guestMessage: {
      text: textOf(message),
      attachments: chatwootAttachments(message),
      replyTo: { channel: 'chatwoot', source, via: String(account), to: String(conversationNumber) },
      guestName: guest.name,
      providerMessageId: String(id),
      providerTimestamp: providerTime(message, 'created_at'),
      inReplyToProviderId: answered === undefined ? undefined : String(answered),
    },
    care: careOf(conversation),
  };
}

function parseMessage(event: string, message: JsonFields, origin: Origin): ParsedWebhook {
  const ignored = reasonToIgnore(message);
  if (ignored) return nothingFor(ignored);
  if (message.raw('message_type') === undefined) message.fault('message_type', 'must be given');

  const draft = draftOf(message, origin);
  message.finish(SUBJECT);
  const taken = event === 'message_created' ? draft : changedDraft(message, draft);
  if (!taken) return nothingFor('unchanged');
  const { text, attachments } = taken.guestMessage;
  return text === '' && attachments.length === 0 ? nothingFor('empty') : { drafts: [checked(taken)], ignored: {} };
}

/**
 * Reads a webhook of a Chatwoot account, an API inbox or an agent bot, which send the same events. What a guest wrote,
 * edited or deleted becomes a draft; a conversation that changes hands or ends becomes a change of care; the rest is
 * counted. Accepts `message_type` as a word or a number and times as ISO 8601 or seconds.
 *
 * @throws InvalidMessageError when a guest's message lacks an id, its account, its conversation or its time.
 * @see https://github.com/chatwoot/chatwoot/blob/develop/app/models/message.rb (webhook_data)
 */
export function parseChatwoot(body: unknown, origin: Origin): ParsedWebhook {
  const webhook = JsonFields.of(SUBJECT, body);
  const event = webhook.text('event', { max: 128 });
  webhook.finish(SUBJECT);
  if (event === 'message_created' || event === 'message_updated') return parseMessage(event, webhook, origin);
  if (careEvents.has(event)) return parseCareChange(event, webhook, origin);
  return nothingFor(event.startsWith('conversation_typing_') ? 'typing' : 'event');
}
