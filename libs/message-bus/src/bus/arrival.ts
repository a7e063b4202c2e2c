import { type AgentMessage } from '@switchboard/message-schema';
import { type Arrival } from '../ports/mailboxes.js';

/** What a mailbox notes of a message that reached a reader. */
export function arrivalOf({ message_id: id, from_agent: sender, sequence, priority }: AgentMessage): Arrival {
  return { id, sender, sequence, priority };
}

/** True when the message is of no use any more. */
export function isExpired({ expires_at }: AgentMessage): boolean {
  return expires_at !== undefined && Date.parse(expires_at) <= Date.now();
}
