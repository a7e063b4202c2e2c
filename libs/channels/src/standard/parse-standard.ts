import { InvalidMessageError, MAX_TEXT_LENGTH } from '@switchboard/message-schema';
import { checked, nothingFor, type Origin, type ParsedWebhook } from '../inbound/inbound-draft.js';
import { JsonFields } from '../inbound/json-fields.js';
import { providerTime } from '../inbound/provider-time.js';

const SUBJECT = 'Standard Webhook';

/** Any characters but control characters. */
const PRINTABLE = /^\P{Cc}+$/u;

/**
 * Reads a Standard Webhook. Switchboard takes one type of event:
 *
 * ```json
 * { "type": "message.received", "timestamp": "2026-01-02T03:04:05Z",
 *   "data": { "conversationId": "c-1", "messageId": "m-1", "from": "Ada", "text": "hi" } }
 * ```
 *
 * `timestamp` is the time of the message. `conversationId` (1 to 256 characters) names the conversation and comes back
 * with the answer; `messageId` is the sender's own id of the message, by default the webhook's; `from` is the guest's
 * name or id, optional. The `webhook-id` header, kept by the sender over retries, is the deduplication key.
 *
 * @throws InvalidMessageError for a field that does not fit, or when `origin.deliveryId` is missing.
 */
export function parseStandard(body: unknown, origin: Origin): ParsedWebhook {
  const { propertyId, source, deliveryId } = origin;
  const webhook = JsonFields.of(SUBJECT, body);
  const type = webhook.text('type', { max: 128 });
  webhook.finish(SUBJECT);
  if (type !== 'message.received') return nothingFor('event');
  if (deliveryId === undefined) {
    throw new InvalidMessageError(SUBJECT, [{ field: 'webhook-id', problem: 'must be given' }]);
  }

  const data = webhook.child('data');
  const conversation = data.text('conversationId', { max: 256, pattern: PRINTABLE });
  const guest = data.optionalText('from', 256);
  const guestMessage = {
    text: data.text('text', { max: MAX_TEXT_LENGTH }),
    attachments: [],
    replyTo: { channel: 'standard' as const, source, to: conversation },
    guestName: guest,
    providerMessageId: data.optionalText('messageId', 256) ?? deliveryId,
    providerTimestamp: providerTime(webhook, 'timestamp'),
  };
  webhook.finish(SUBJECT);
  const draft = {
    messageId: `standard:${source}:${deliveryId}`,
    conversationId: `standard:${source}:${conversation}`,
    propertyId,
    from: `guest:${guest ?? conversation}`,
    guestMessage,
  };
  return { drafts: [checked(draft)], ignored: {} };
}
