import { agentInbox, taskQueue } from '@switchboard/message-schema';
import { UnknownAddress } from './errors.js';

/**
 * The mailbox behind an address: `agent:{id}:inbox` for an agent (`concierge` or `agent:concierge`), `task_queue.{role}`
 * for a role (`role:management`).
 *
 * @throws UnknownAddress for another form, InvalidMessageError for an id that no channel name can carry.
 */
export function mailboxOf(address: string): string {
  const colon = address.indexOf(':');
  if (colon < 0) return agentInbox(address);
  const name = address.slice(colon + 1);
  if (address.startsWith('agent:')) return agentInbox(name);
  if (address.startsWith('role:')) return taskQueue(name);
  throw new UnknownAddress(address);
}

/** `agent:concierge` for `concierge`; other forms stay. */
export function fullAddress(address: string): string {
  return address.includes(':') ? address : `agent:${address}`;
}

/** Where an agent is asked: the name under which its answering processes listen. */
export function requestAddress(agent: string): string {
  const id = agent.startsWith('agent:') ? agent.slice('agent:'.length) : agent;
  return agentInbox(id).replace(/:inbox$/, ':requests');
}

/** True for names of mailboxes, as opposed to topics. */
export function isMailbox(channel: string): boolean {
  return /^agent:[^:]+:inbox$/.test(channel) || /^task_queue\.[^:]+$/.test(channel);
}
