import { nothingFor, type Origin, type ParsedWebhook } from '../inbound/inbound-draft.js';
import { type JsonFields } from '../inbound/json-fields.js';
import { optionalProviderTime } from '../inbound/provider-time.js';
import { careOf } from './chatwoot-care.js';

/** Events that carry a conversation whose status or assignment may be another than before. */
export const careEvents: ReadonlySet<string> = new Set([
  'conversation_status_changed',
  'conversation_updated',
  'conversation_opened',
  'conversation_resolved',
]);

/** An update names the attributes that changed; most of them are nobody's care. */
function concernsCare(event: string, conversation: JsonFields): boolean {
  if (event !== 'conversation_updated') return true;
  return conversation
    .optionalChildren('changed_attributes')
    .some((change) => change.raw('status') !== undefined || change.raw('assignee_id') !== undefined);
}

/** The account stands in newer payloads; in older ones only in the last message. */
function accountOf(conversation: JsonFields): number | undefined {
  const [last] = conversation.optionalChildren('messages');
  return (
    conversation.optionalChild('account')?.optionalId('id') ??
    conversation.optionalId('account_id') ??
    last?.optionalId('account_id')
  );
}

/** Reads an event about a conversation; what lacks its account, its number or its status says nothing. */
export function parseCareChange(event: string, conversation: JsonFields, origin: Origin): ParsedWebhook {
  const account = accountOf(conversation);
  const number = conversation.optionalId('id');
  const care = careOf(conversation);
  if (!concernsCare(event, conversation) || account === undefined || number === undefined || !care.status) {
    return nothingFor('event');
  }
  const { propertyId, source, receivedAt } = origin;
  const conversationId = `chatwoot:${source}:${account}:${number}`;
  const timestamp = optionalProviderTime(conversation, 'updated_at') ?? receivedAt.toISOString();
  const changeId = `${conversationId}:${care.status}:${care.assigned ? 'person' : 'nobody'}:${timestamp}`;
  return { drafts: [], careChanges: [{ changeId, conversationId, propertyId, care, timestamp }], ignored: {} };
}
