import { check } from '@switchboard/message-schema';
import { type Origin, type ParsedWebhook } from '../inbound/inbound-draft.js';
import { WebchatPost } from './webchat-post.js';

/** Every property has one web chat; this is the id of its source. */
export function webchatSourceId(propertyId: string): string {
  return `${propertyId}-webchat`;
}

/** A visitor's conversation. */
export function webchatConversationId(propertyId: string, visitorId: string): string {
  return `webchat:${propertyId}:${visitorId}`;
}

/**
 * Reads what a visitor's browser posts. The time is the one of receipt, as browsers' clocks are not to be relied on.
 *
 * @throws InvalidMessageError for a field that does not fit.
 */
export function parseWebchat(body: unknown, origin: Origin): ParsedWebhook {
  const { propertyId, source, receivedAt } = origin;
  const { visitorId, messageId, text } = check(WebchatPost, body);
  const conversationId = webchatConversationId(propertyId, visitorId);
  const draft = {
    messageId: `${conversationId}:${messageId}`,
    conversationId,
    propertyId,
    from: `guest:${visitorId}`,
    guestMessage: {
      text,
      attachments: [],
      replyTo: { channel: 'webchat' as const, source, to: visitorId },
      providerMessageId: messageId,
      providerTimestamp: receivedAt.toISOString(),
    },
  };
  return { drafts: [draft], ignored: {} };
}
