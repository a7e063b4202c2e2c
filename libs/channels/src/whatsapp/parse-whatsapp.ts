import {
  checked,
  type IgnoredReason,
  type InboundDraft,
  type Origin,
  type ParsedWebhook,
} from '../inbound/inbound-draft.js';
import { JsonFields } from '../inbound/json-fields.js';
import { type DeliveryStatus } from '../inbound/delivery-status.js';
import { providerTime } from '../inbound/provider-time.js';
import { contentOf } from './whatsapp-content.js';
import { guestOf } from './whatsapp-guest.js';
import { statusOf } from './whatsapp-status.js';

const SUBJECT = 'WhatsApp webhook';

/** One `changes[].value`: what happened at one phone number. */
interface Batch {
  readonly phoneNumberId: string;
  readonly contacts: readonly JsonFields[];
}

function draftOf(message: JsonFields, type: string, batch: Batch, origin: Origin): InboundDraft {
  const { propertyId, source } = origin;
  const { phoneNumberId, contacts } = batch;
  const id = message.text('id', { max: 256 });
  const guest = guestOf(message, contacts);
  const { text, attachments, about } = contentOf(message, type);
  return {
    messageId: `whatsapp:${source}:${id}`,
    conversationId: `whatsapp:${source}:${phoneNumberId}:${guest.key}`,
    propertyId,
    from: `guest:${guest.key}`,
    guestMessage: {
      text,
      attachments,
      replyTo: { channel: 'whatsapp', source, via: phoneNumberId, to: guest.address },
      guestName: guest.name,
      providerMessageId: id,
      providerTimestamp: providerTime(message, 'timestamp'),
      inReplyToProviderId: about ?? message.optionalChild('context')?.optionalText('id', 256),
    },
  };
}

/** Notices about an account are no speech, and a group's talk must not be answered in private. */
function reasonToIgnore(message: JsonFields, type: string): IgnoredReason | undefined {
  if (type === 'system') return 'system';
  return message.raw('group_id') === undefined ? undefined : 'group';
}

class Reading {
  readonly drafts: InboundDraft[] = [];
  readonly statuses: DeliveryStatus[] = [];
  readonly ignored: Partial<Record<IgnoredReason, number>> = {};

  constructor(private readonly origin: Origin) {}

  change(change: JsonFields): void {
    if (change.text('field', { max: 128 }) !== 'messages') return this.ignore('event');
    const value = change.child('value');
    for (const status of value.optionalChildren('statuses')) this.status(status, value);
    if (value.raw('messages') === undefined) return;
    const messages = value.children('messages');
    const phoneNumberId = value.child('metadata').text('phone_number_id', { max: 128, pattern: /^[\w.-]+$/ });
    const batch = { phoneNumberId, contacts: value.optionalChildren('contacts') };
    for (const message of messages) this.message(message, batch);
  }

  private status(status: JsonFields, value: JsonFields): void {
    const via = value.optionalChild('metadata')?.optionalText('phone_number_id', 128);
    const read = via === undefined ? undefined : statusOf(status, via);
    if (read) this.statuses.push(read);
    else this.ignore('status');
  }

  private message(message: JsonFields, batch: Batch): void {
    const type = message.text('type', { max: 64 });
    const reason = reasonToIgnore(message, type);
    if (reason) return this.ignore(reason);
    const draft = draftOf(message, type, batch, this.origin);
    const { text, attachments } = draft.guestMessage;
    if (text === '' && attachments.length === 0) this.ignore('empty');
    else this.drafts.push(draft);
  }

  private ignore(reason: IgnoredReason, times = 1): void {
    if (times > 0) this.ignored[reason] = (this.ignored[reason] ?? 0) + times;
  }
}

/**
 * Reads a WhatsApp Cloud API webhook. One body may hold several entries, changes and messages; the drafts keep their
 * order. Every type of message becomes a draft, every delivery status a notice; other events are counted and left out.
 *
 * @throws InvalidMessageError when a message lacks its id, its time, its sender or what its type promises; Meta's
 * whole body is refused then.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
 */
export function parseWhatsApp(body: unknown, origin: Origin): ParsedWebhook {
  const webhook = JsonFields.of(SUBJECT, body);
  const reading = new Reading(origin);
  if (webhook.text('object', { max: 128 }) !== 'whatsapp_business_account') {
    webhook.finish(SUBJECT);
    return { drafts: [], ignored: { event: 1 } };
  }
  for (const entry of webhook.children('entry')) {
    for (const change of entry.children('changes')) reading.change(change);
  }
  webhook.finish(SUBJECT);
  const { statuses, ignored } = reading;
  return { drafts: reading.drafts.map(checked), ...(statuses.length > 0 && { statuses }), ignored };
}
