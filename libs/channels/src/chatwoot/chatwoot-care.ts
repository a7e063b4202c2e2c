import { type ConversationStatus, conversationStatuses } from '@switchboard/message-schema';
import { type ConversationCare, type InboundDraft } from '../inbound/inbound-draft.js';
import { type JsonFields } from '../inbound/json-fields.js';

/** Chatwoot names a status in webhooks and numbers it elsewhere. */
function statusIn(conversation: JsonFields): ConversationStatus | undefined {
  const value = conversation.raw('status');
  if (typeof value === 'number') return conversationStatuses[value];
  return conversationStatuses.find((status) => status === value);
}

/** In whose care a conversation is: an assigned bot is no person. */
export function careOf(conversation: JsonFields): ConversationCare {
  const status = statusIn(conversation);
  const meta = conversation.optionalChild('meta');
  const assigned = meta?.optionalChild('assignee') !== undefined && meta.raw('assignee_type') !== 'AgentBot';
  return { ...(status && { status }), assigned };
}

/**
 * When an agent may answer: `unassigned`, while no person is assigned; `pending`, while the conversation is pending, as
 * an agent bot's is until it is handed to a person (Chatwoot goes on sending events to the bot after that); `always`.
 * @see https://github.com/chatwoot/chatwoot/issues/11429
 */
export type AnswerRule = 'unassigned' | 'pending' | 'always';

/** True when a person has taken the conversation over, so that no agent may answer this message. */
export function isTakenOver({ care }: InboundDraft, rule: AnswerRule): boolean {
  if (!care || rule === 'always') return false;
  return rule === 'pending' ? care.status !== undefined && care.status !== 'pending' : care.assigned;
}
