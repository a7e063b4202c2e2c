/** How far a message of the house has come, in the order in which it gets there; `failed` is final. */
export const deliverySteps = ['sent', 'delivered', 'read', 'failed'] as const;
export type DeliveryStep = (typeof deliverySteps)[number];

/** Why the provider gave up. */
export interface DeliveryProblem {
  readonly code: number;
  readonly title?: string;
}

/** A provider's notice about a message that was handed to it. */
export interface DeliveryStatus {
  /** The provider's id of the message; for WhatsApp the `wamid`. */
  readonly messageId: string;
  readonly status: DeliveryStep;
  /** The provider's time of the step, RFC 3339. */
  readonly timestamp: string;
  /** The guest: phone number or user id. */
  readonly recipient?: string;
  /** What the message was sent through; for WhatsApp the phone number id. */
  readonly via: string;
  /** Only with `failed`. */
  readonly errors: readonly DeliveryProblem[];
  /** What the sender gave the message to carry: our id of the reply. */
  readonly callbackData?: string;
}

/** The further step is later in the list; of equal steps the earlier notice is, and the text decides the rest. */
function compare(a: DeliveryStatus, b: DeliveryStatus): number {
  const steps = deliverySteps.indexOf(a.status) - deliverySteps.indexOf(b.status);
  if (steps !== 0) return steps;
  const times = Date.parse(b.timestamp) - Date.parse(a.timestamp);
  return times !== 0 ? times : textOf(a) < textOf(b) ? -1 : 1;
}

function textOf({ recipient, via, errors }: DeliveryStatus): string {
  return JSON.stringify([recipient ?? '', via, errors]);
}

/**
 * What is known of a message after two notices about it, which may come in any order, twice, or with steps left out:
 * it never goes back, and the time is that of the first notice of its step. The order of merging does not matter.
 */
export function mergeStatus(a: DeliveryStatus, b: DeliveryStatus): DeliveryStatus {
  const [lesser, greater] = compare(a, b) < 0 ? [a, b] : [b, a];
  const callbackData = greater.callbackData ?? lesser.callbackData;
  return callbackData === undefined ? greater : { ...greater, callbackData };
}
