import { AgentMessage } from './agent-message.js';
import { type Completed, completed } from './draft.js';
import { parseText, writeText } from './json-text.js';
import { checkMessage } from './message-check.js';
import { limitValue } from './message-limits.js';
import { newestVersionOf } from './message.decorator.js';
import { upcast } from './upcaster.js';

type Defaulted = Completed | 'schema_version';

/** What a sender must say of a message between agents; the rest has defaults. */
export type AgentDraft<P extends object = object> = Omit<AgentMessage<P>, Defaulted> &
  Partial<Pick<AgentMessage<P>, Defaulted>>;

/**
 * Makes a complete, checked message between agents. Missing ids are random, the time is now, the priority `normal`, the
 * schema version the newest declared one of the type, or 1 for a type no class is declared for.
 *
 * @throws InvalidMessageError when a field does not fit or the message is beyond a limit.
 */
export function agentMessage<P extends object>(draft: AgentDraft<P>): AgentMessage<P> {
  const { schema_version = newestVersionOf(draft.message_type) ?? 1 } = draft;
  const message: AgentMessage<P> = completed(draft, { message_type: draft.message_type, schema_version });
  limitValue(message);
  checkMessage(AgentMessage, message);
  return message;
}

/** The wire form of a message between agents. @throws InvalidMessageError when it is too large, too deep or holds NUL. */
export function encodeAgentMessage(message: AgentMessage): string {
  return writeText(message);
}

/**
 * Reads a stored message between agents; an older version comes as the newest one that this build can make of it.
 *
 * @throws InvalidMessageError when the text is no JSON, beyond the limits, no message, of a version that this build does
 * not know of a type that it knows, or its payload does not fit the class declared for it.
 */
export function decodeAgentMessage<P extends object = object>(text: string): AgentMessage<P> {
  const { message, payloadClass } = checkMessage(AgentMessage, parseText(text));
  return (payloadClass ? upcast(message, payloadClass) : message) as AgentMessage<P>;
}
