import { randomUUID } from 'node:crypto';
import { type StandardMessage } from './standard-message.js';

/** Fields of a message that follow from nothing and may be left out of a draft. */
export type Completed = 'message_id' | 'timestamp' | 'priority' | 'correlation_id';

/** What identifies the class of a payload on the wire. */
export type Kind = Pick<StandardMessage, 'message_type' | 'schema_version'>;

/**
 * A copy of a draft, of this kind, with the missing fields filled in: ids are random, the time is now, the priority
 * `normal`. A literal that names its fields first and spreads the draft last is twenty times as fast as the reverse.
 */
export function completed<D extends Partial<Pick<StandardMessage, Completed>>>(
  draft: D,
  { message_type, schema_version }: Kind,
): Omit<D, Completed> & Pick<StandardMessage, Completed> & Kind {
  const message = {
    message_id: '',
    message_type: '',
    schema_version: 0,
    correlation_id: '',
    timestamp: '',
    priority: 'normal' as const,
    ...draft,
  };
  return Object.assign(message, {
    message_id: draft.message_id ?? randomUUID(),
    message_type,
    schema_version,
    correlation_id: draft.correlation_id ?? randomUUID(),
    timestamp: draft.timestamp ?? new Date().toISOString(),
    priority: draft.priority ?? 'normal',
  });
}
