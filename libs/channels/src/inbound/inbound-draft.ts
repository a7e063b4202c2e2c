import { check, type ConversationStatus, GuestMessage, InvalidMessageError } from '@switchboard/message-schema';
import { type DeliveryStatus } from './delivery-status.js';

/** Where a webhook came in. */
export interface Origin {
  readonly propertyId: string;
  /** Id of the configured source; for web chat see `webchatSourceId`. */
  readonly source: string;
  readonly receivedAt: Date;
  /** The provider's id of this delivery, from the verdict on its signature. Standard Webhooks need it. */
  readonly deliveryId?: string;
}

/** A guest's message in the house's form, ready for the inbound stream. */
export interface InboundDraft {
  /** Deduplication key, made of the provider's own ids. */
  readonly messageId: string;
  readonly conversationId: string;
  readonly propertyId: string;
  /** `guest:<the provider's id of the guest>`. */
  readonly from: string;
  readonly guestMessage: GuestMessage;
  /** Whose turn it is in the conversation, where the provider tells. */
  readonly care?: ConversationCare;
}

/** In whose care a conversation is at the provider. */
export interface ConversationCare {
  readonly status?: ConversationStatus;
  /** A person of the staff is assigned. */
  readonly assigned: boolean;
}

/** A conversation changed hands or ended at the provider. */
export interface CareChange {
  /** Deduplication key, made of the provider's own ids and the new state. */
  readonly changeId: string;
  readonly conversationId: string;
  readonly propertyId: string;
  readonly care: ConversationCare;
  /** The provider's time of the change, RFC 3339. */
  readonly timestamp: string;
}

/** Why a part of a webhook is no guest message. A closed list, so that it can label a metric. */
export type IgnoredReason =
  | 'event'
  | 'typing'
  | 'unchanged'
  | 'message-type'
  | 'outgoing'
  | 'activity'
  | 'template'
  | 'private'
  | 'empty'
  | 'status'
  | 'system'
  | 'group';

export interface ParsedWebhook {
  /** In the provider's order. */
  readonly drafts: readonly InboundDraft[];
  /** What became of messages of the house, in the provider's order; absent when it tells nothing of it. */
  readonly statuses?: readonly DeliveryStatus[];
  /** Conversations that changed hands, in the provider's order; absent when there are none. */
  readonly careChanges?: readonly CareChange[];
  /** How many parts were left out, by reason. */
  readonly ignored: Readonly<Partial<Record<IgnoredReason, number>>>;
}

/** A webhook that holds nothing for an agent. */
export function nothingFor(reason: IgnoredReason): ParsedWebhook {
  return { drafts: [], ignored: { [reason]: 1 } };
}

/** Ids become parts of keys and of other messages' ids, where a control character has no place. */
const CONTROL = /\p{Cc}/u;
const MAX_ID_LENGTH = 512;

/** The ids of a draft and the field of a webhook each is made of. */
const idFields = { messageId: 'id', conversationId: 'conversation', from: 'from' } as const;

/**
 * Makes sure that a draft will be taken as a message, so that a webhook is refused before any part of it is stored.
 *
 * @throws InvalidMessageError when what was made of the provider's fields is beyond a bound.
 */
export function checked(draft: InboundDraft): InboundDraft {
  const violations = (Object.keys(idFields) as (keyof typeof idFields)[])
    .filter((name) => CONTROL.test(draft[name]) || draft[name].length > MAX_ID_LENGTH)
    .map((name) => ({ field: idFields[name], problem: 'has characters that are not allowed, or too many' }));
  if (violations.length > 0) throw new InvalidMessageError('GuestMessage', violations);
  check(GuestMessage, draft.guestMessage);
  return draft;
}
