/**
 * `calling`: a call was begun and nobody told its end. `unknown`: it ended without an answer. `sent`: the provider has the
 * reply. `refused`: it has said that the reply is lost. `free`: certainly not there, may be sent.
 */
export type LedgerState = 'calling' | 'unknown' | 'sent' | 'refused' | 'free';

/** How far a reply has come; `failed` is final. */
export type LedgerStep = 'sent' | 'delivered' | 'read' | 'failed';

/** What a reply belongs to, for whoever learns of it later by its id alone. */
export interface LedgerSubject {
  readonly conversationId: string;
  readonly propertyId: string;
  readonly channel: string;
  readonly correlationId: string;
}

/** What the ledger knows of one reply. */
export interface LedgerPage extends LedgerSubject {
  readonly state: LedgerState;
  /** Begin of the last call, ms since 1970 by the server's clock. */
  readonly calledAtMs: number;
  /** Since the begin of the first and of the last call, when the page was read. */
  readonly firstCalledAgoMs: number;
  readonly calledAgoMs: number;
  readonly providerMessageId?: string;
  readonly step?: LedgerStep;
  /** The provider's code of a failure. */
  readonly code?: number;
}

/** A page as stored, its names and values in turn; undefined when there is none. */
export function pageOf(stored: readonly string[], nowMs: number): LedgerPage | undefined {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < stored.length; i += 2) fields[stored[i] as string] = stored[i + 1] as string;
  const { state, first, called, providerId, step, code } = fields;
  if (state === undefined) return undefined;
  return {
    state: state as LedgerState,
    calledAtMs: Number(called),
    firstCalledAgoMs: nowMs - Number(first),
    calledAgoMs: nowMs - Number(called),
    conversationId: fields['conversation'] ?? '',
    propertyId: fields['property'] ?? '',
    channel: fields['channel'] ?? '',
    correlationId: fields['correlation'] ?? '',
    ...(providerId ? { providerMessageId: providerId } : {}),
    ...(step ? { step: step as LedgerStep } : {}),
    ...(code ? { code: Number(code) } : {}),
  };
}

/** Names and values of a subject as stored. */
export function fieldsOf({ conversationId, propertyId, channel, correlationId }: LedgerSubject): string[] {
  return ['conversation', conversationId, 'property', propertyId, 'channel', channel, 'correlation', correlationId];
}
