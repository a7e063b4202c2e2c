import { type JsonFields } from '../inbound/json-fields.js';

/** The guest; `sender` may be null, then the conversation knows the contact. */
export function guestOf(message: JsonFields, conversation: JsonFields): { id?: number; name?: string } {
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
