import {
  AgentMessage,
  AuditRecord,
  ConversationUpdate,
  Envelope,
  type MessageContract,
  WebchatLine,
} from '@switchboard/message-schema';
import { DeadLetter } from './dead-letter.js';

/** A class as decorators want it. */
export type DecoratedClass = new () => object;

/** What travels as JSON and carries no version of its own, by the name of its schema file. */
export const wireForms: Readonly<Record<string, DecoratedClass>> = {
  envelope: Envelope,
  'agent-message': AgentMessage,
  'audit-record': AuditRecord,
  'conversation-update': ConversationUpdate,
  'dead-letter': DeadLetter,
  'webchat-line': WebchatLine,
};

/** Name of the schema file of a payload, without its ending; `guest.message.v1`. */
export function schemaName({ type, version }: Pick<MessageContract, 'type' | 'version'>): string {
  return `${type}.v${version}`;
}
