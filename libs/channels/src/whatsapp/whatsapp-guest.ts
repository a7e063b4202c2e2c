import { type JsonFields } from '../inbound/json-fields.js';

/** Who wrote a WhatsApp message. */
export interface WhatsAppGuest {
  /** Stable key of the guest: the business-scoped user id, else the phone number. */
  readonly key: string;
  /** Where to answer: the phone number, else the user id. */
  readonly address: string;
  readonly name?: string;
}

/** The entry of `contacts` that belongs to a message; one contact may stand for several messages. */
function contactOf(message: JsonFields, contacts: readonly JsonFields[]): JsonFields | undefined {
  const phone = message.optionalText('from', 128);
  const userId = message.optionalText('from_user_id', 128);
  const match = contacts.find(
    (contact) =>
      (userId !== undefined && contact.raw('user_id') === userId) ||
      (phone !== undefined && contact.raw('wa_id') === phone),
  );
  // Some countries' numbers are written differently in `from` and in `wa_id`.
  return match ?? (contacts.length === 1 ? contacts[0] : undefined);
}

/**
 * Finds out who wrote: `user_id ?? wa_id ?? from`. Guests with a user name may hide their phone number, then only the
 * user id is there. Notes a fault of `from` when there is nothing at all.
 * @see https://github.com/vercel/chat/blob/main/packages/adapter-whatsapp/sample-messages.md
 */
export function guestOf(message: JsonFields, contacts: readonly JsonFields[]): WhatsAppGuest {
  const contact = contactOf(message, contacts);
  const userId = message.optionalText('from_user_id', 128) ?? contact?.optionalText('user_id', 128);
  const phone = contact?.optionalText('wa_id', 128) ?? message.optionalText('from', 128);
  const key = userId ?? phone;
  const address = phone ?? userId;
  if (key === undefined || address === undefined) {
    message.fault('from', 'must name the sender');
    return { key: '', address: '' };
  }
  return { key, address, name: contact?.optionalChild('profile')?.optionalText('name', 512) };
}
