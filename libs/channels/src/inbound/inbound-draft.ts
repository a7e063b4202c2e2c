import { check, GuestMessage } from '@switchboard/message-schema';
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
}

/** Why a part of a webhook is no guest message. A closed list, so that it can label a metric. */
export type IgnoredReason =
  'event' | 'message-type' | 'outgoing' | 'activity' | 'template' | 'private' | 'empty' | 'status' | 'system' | 'group';

export interface ParsedWebhook {
  /** In the provider's order. */
  readonly drafts: readonly InboundDraft[];
  /** What became of messages of the house, in the provider's order; absent when it tells nothing of it. */
  readonly statuses?: readonly DeliveryStatus[];
  /** How many parts were left out, by reason. */
  readonly ignored: Readonly<Partial<Record<IgnoredReason, number>>>;
}

/** A webhook that holds nothing for an agent. */
export function nothingFor(reason: IgnoredReason): ParsedWebhook {
  return { drafts: [], ignored: { [reason]: 1 } };
}

/**
 * Makes sure that a draft will be taken as a message, so that a webhook is refused before any part of it is stored.
 *
 * @throws InvalidMessageError when what was made of the provider's fields is beyond a bound.
 */
export function checked(draft: InboundDraft): InboundDraft {
  check(GuestMessage, draft.guestMessage);
  return draft;
}
