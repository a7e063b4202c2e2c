import {
  type AgentMessage,
  type AgentDraft,
  type Escalation,
  type EscalationLevel,
  escalationLevels,
} from '@switchboard/message-schema';
import { NobodyAbove } from '../errors.js';
import { isAcknowledgementTopic } from './acknowledgements.js';

/** Longest id that leaves room for a level's name behind it. */
const LONGEST_ID = 480;

/** A message to the role of a level is there, however it came; another that was never escalated is with the specialists. */
export function levelOf({ to_agent, escalation }: AgentMessage): EscalationLevel {
  return escalationLevels.find((level) => to_agent === `role:${level}`) ?? escalation?.level ?? 'specialist';
}

/**
 * The message for the next level: still its sender's, with this step in its history. Its id follows from the original's, so that a repeated
 * escalation stores nothing twice.
 *
 * @throws NobodyAbove for an executive's message.
 */
export function nextLevel(message: AgentMessage, agent: string, reason: string): AgentDraft {
  const level = levelOf(message);
  const next = escalationLevels[escalationLevels.indexOf(level) + 1];
  if (!next) throw new NobodyAbove(message.message_id);
  const at = new Date().toISOString();
  const history = [...(message.escalation?.history ?? []), { level, agent, reason, at }];
  const escalation: Escalation = { level: next, history };
  const escalated: AgentDraft = {
    ...message,
    message_id: `${message.message_id.slice(0, LONGEST_ID)}/${next}`,
    causation_id: message.message_id,
    to_agent: `role:${next}`,
    escalation,
  };
  // It gets a number and a time of its own; the sender has learnt already that its message was taken care of.
  delete escalated.sequence;
  delete escalated.timestamp;
  delete escalated.ack_required;
  if (isAcknowledgementTopic(escalated.reply_to)) delete escalated.reply_to;
  return escalated;
}
