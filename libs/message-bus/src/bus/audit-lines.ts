import { type AgentMessage, type AuditRecord } from '@switchboard/message-schema';
import { type AuditLine } from '../audit-trail.js';

/** Stands in the trail for what a message does not say. */
const NONE = 'none';

/** A line about a message: who did what with it; from whom to whom, and never what it says. */
export function lineAbout(
  message: AgentMessage,
  action: string,
  by: { readonly service: string; readonly agent: string; readonly reason?: string },
): AuditLine {
  const route = `${message.message_type}: ${message.from_agent} to ${message.to_agent}`;
  const record: AuditRecord = {
    service: by.service,
    action,
    messageId: message.message_id,
    conversationId: message.conversation_id ?? NONE,
    propertyId: message.property_id ?? NONE,
    correlationId: message.correlation_id,
    timestamp: new Date().toISOString(),
    agent: by.agent,
    detail: (by.reason ? `${route}; ${by.reason}` : route).slice(0, 2_000),
  };
  return { kind: 'messages', record };
}

/** The same as a decision of the agent. */
export function asDecision({ record }: AuditLine): AuditLine {
  return { kind: 'decisions', record };
}
