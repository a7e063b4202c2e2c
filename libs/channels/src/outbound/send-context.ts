import { type CallRules } from './guarded/call-rules.js';

/** How to reach a source's provider. */
export interface ProviderApi {
  /**
   * Chatwoot: the installation's address. WhatsApp: the Graph API's, `https://graph.facebook.com`. Standard Webhooks:
   * the whole address to post to.
   */
  readonly baseUrl: string;
  /** Chatwoot: the bot's or agent's access token. WhatsApp: the system user's access token. */
  readonly token?: string;
  /** Standard Webhooks: `whsec_…` secrets and `whsk_…` keys; each signs, so that the receiver can rotate. */
  readonly signingSecrets?: readonly string[];
  /** Standard Webhooks: where they may be sent; by default https to the public internet. */
  readonly rules?: CallRules;
  /** WhatsApp: version of the Graph API, for example `v24.0`. */
  readonly version?: string;
}

/** What a sender needs beside the reply. */
export interface SendContext {
  /** Our id of the reply; the same whenever it is tried again. */
  readonly messageId: string;
  /** Goes out as `x-correlation-id`. */
  readonly correlationId: string;
  /** Let the provider continue the trace (W3C Trace Context); empty while nothing is traced. */
  readonly traceHeaders?: Readonly<Record<string, string>>;
  readonly api: ProviderApi;
  /** Longest time for the whole exchange. */
  readonly timeoutMs: number;
  /** Ends the exchange early. */
  readonly signal?: AbortSignal;
  /** When the reply came into being, RFC 3339; by default now. Standard Webhooks carry it. */
  readonly createdAt?: string;
}

export interface SendResult {
  /** The provider's id of the message it took, where it tells one. */
  readonly providerMessageId?: string;
}
