import { type AuditRecord } from '@switchboard/message-schema';

/** `messages`: what happened to each message. `decisions`: what agents decided, escalations among them. */
export type AuditKind = 'messages' | 'decisions';

/** One line to be written; never holds a message's text. */
export interface AuditLine {
  readonly kind: AuditKind;
  readonly record: AuditRecord;
}

export interface AuditQuery {
  /** Both kinds when absent. */
  readonly kind?: AuditKind;
  /** Lines written at or after this moment. */
  readonly from?: Date;
  /** Lines written before this moment. */
  readonly to?: Date;
  /** Only lines of this conversation (`conversation_id`). */
  readonly conversation?: string;
  /** Only lines of what this agent did, in the form of `from_agent`. */
  readonly agent?: string;
  /** Most lines answered, the oldest first; 1 000 by default, 10 000 at most. */
  readonly limit?: number;
}

/** A line as found, with when and where it was written. */
export interface AuditEntry extends AuditRecord {
  readonly kind: AuditKind;
  /** Id of the entry in its stream; unique within its kind together with `partition`. */
  readonly entryId: string;
  readonly partition: number;
}

/** Everything that happened to messages and everything that agents decided, without texts. */
export abstract class AuditTrail {
  /** Lines that fit, oldest first. */
  abstract query(query: AuditQuery): Promise<AuditEntry[]>;

  /** Writes a decision of an agent, beside those that the bus itself writes. */
  abstract decided(record: AuditRecord): Promise<void>;
}
