import { type ChannelKind } from '@switchboard/message-schema';

/** At most `calls` in any window of `windowMs`. */
export interface CallLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** What becomes of a reply of which nobody can find out whether the provider took it. */
export const unknownOutcomePolicies = ['dead-letter', 'send-again'] as const;
export type UnknownOutcomePolicy = (typeof unknownOutcomePolicies)[number];

/** How replies are sent over one source. All limits of a scope hold together; none means no limit. */
export interface SendingRules {
  /** Of the whole source: one app at the provider, or one installation. */
  readonly app: readonly CallLimit[];
  /** Of each sender: a phone number, a Chatwoot account. */
  readonly sender: readonly CallLimit[];
  /** Senders with limits of their own, by the provider's id. */
  readonly senders: Readonly<Record<string, readonly CallLimit[]>>;
  /** Of each pair of sender and guest. */
  readonly pair: readonly CallLimit[];
  readonly unknownOutcome: UnknownOutcomePolicy;
  /** So long it is tried to find out what became of a reply without an answer. */
  readonly settleMs: number;
}

const SETTLE_MS = 60_000;
const rules = {
  app: [],
  sender: [],
  senders: {},
  pair: [],
  unknownOutcome: 'dead-letter',
  settleMs: SETTLE_MS,
} as const;

/**
 * What holds where the file says nothing. WhatsApp: 80 messages per second and number, one per 6 s to the same guest.
 * Chatwoot: its rate limiter takes 3,000 requests per minute and address.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput
 * @see https://github.com/chatwoot/chatwoot/blob/develop/config/initializers/rack_attack.rb
 */
export const sendingDefaults: Readonly<Record<ChannelKind, SendingRules>> = {
  whatsapp: {
    ...rules,
    sender: [{ calls: 80, windowMs: 1_000 }],
    pair: [{ calls: 1, windowMs: 6_000 }],
  },
  chatwoot: { ...rules, app: [{ calls: 3_000, windowMs: 60_000 }] },
  standard: rules,
  webchat: rules,
};

/** The limits of one sender of a source. */
export function senderLimits(of: SendingRules, sender: string): readonly CallLimit[] {
  return Object.hasOwn(of.senders, sender) ? (of.senders[sender] as readonly CallLimit[]) : of.sender;
}
