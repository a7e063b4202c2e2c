import { type AgentReply, type ChannelKind } from '@switchboard/message-schema';
import { type Origin, type ParsedWebhook } from './inbound/inbound-draft.js';
import { type SendContext, type SendResult } from './outbound/send-context.js';
import { type SignedRequest, type SourceSecurity, type Verdict } from './signature/verdict.js';

/** Reads a provider's JSON body. @throws InvalidMessageError naming the fields of a known event that do not fit. */
export type Parse = (body: unknown, origin: Origin) => ParsedWebhook;

/** Says whether a request comes from who it claims to come from; works on the raw bytes, before any JSON is read. */
export type Verify = (request: SignedRequest, security: SourceSecurity) => Verdict;

/** Hands a reply to the provider. @throws ProviderError when the provider did not take it, or nobody knows. */
export type Send = (reply: AgentReply, context: SendContext) => Promise<SendResult>;

/** What a provider says when it is asked for a reply whose outcome is unknown. `hidden`: it does not let us look. */
export type Found = { readonly providerMessageId: string } | 'absent' | 'hidden';

/**
 * Looks for a reply that was perhaps taken. Only calls made at or after `calledAtMs` (ms since 1970) count.
 *
 * @throws ProviderError when the provider cannot be asked now.
 */
export type Find = (reply: AgentReply, context: SendContext, calledAtMs: number) => Promise<Found>;

/** One way for guests and Switchboard to talk. */
export interface ChannelAdapter {
  readonly kind: ChannelKind;
  readonly parse: Parse;
  /** Absent where requests carry no signature. */
  readonly verify?: Verify;
  /** Absent where replies are delivered without calling anybody. */
  readonly send?: Send;
}

/** A channel whose provider calls our webhook and has an API for the answers. */
export interface WebhookChannel extends ChannelAdapter {
  readonly verify: Verify;
  readonly send: Send;
  /** The provider takes a repeated message only once. */
  readonly idempotent: boolean;
  /** Absent where the provider cannot be asked for a reply. */
  readonly find?: Find;
}
