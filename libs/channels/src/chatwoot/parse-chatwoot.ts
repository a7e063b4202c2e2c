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

/** The guest; `sender` may be null, then the conversation knows the contact. */
function guestOf(message: JsonFields, conversation: JsonFields): { id?: number; name?: string } {
  const people = [message.optionalChild('sender'), conversation.optionalChild('meta')?.optionalChild('sender')];
  const ids = [
    ...people.map((person) => person?.optionalId('id')),
    conversation.optionalChild('contact_inbox')?.optionalId('contact_id'),
  ];
  return {
    id: ids.find((id) => id !== undefined),
    name: people.map((person) => person?.optionalText('name', 512)).find((name) => name !== undefined),
  };
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
  };
}

/**
 * Reads a Chatwoot webhook: of all events only `message_created`, and of those only what a guest wrote. Accepts
 * `message_type` as a word or a number and `created_at` as ISO 8601 or seconds.
 *
 * @throws InvalidMessageError when such a message lacks an id, its account, its conversation or its time.
 * @see https://github.com/chatwoot/chatwoot/blob/develop/app/models/message.rb (webhook_data)
 */
export function parseChatwoot(body: unknown, origin: Origin): ParsedWebhook {
  const message = JsonFields.of(SUBJECT, body);
  const event = message.text('event', { max: 128 });
  message.finish(SUBJECT);
  if (event !== 'message_created') return nothingFor('event');

  const ignored = reasonToIgnore(message);
  if (ignored) return nothingFor(ignored);
  if (message.raw('message_type') === undefined) message.fault('message_type', 'must be given');

  const draft = draftOf(message, origin);
  message.finish(SUBJECT);
  const { text, attachments } = draft.guestMessage;
  return text === '' && attachments.length === 0 ? nothingFor('empty') : { drafts: [checked(draft)], ignored: {} };
}
