import { sendingDefaults, type SendingRules } from './sending-rules.js';

/** What sources of every kind say of themselves. */
interface SourceIdentity {
  /** Unique over all properties; stands in webhook addresses. */
  readonly id: string;
  readonly propertyId: string;
  /** How replies are sent; the channel's defaults when absent. */
  readonly sending?: SendingRules;
  /** Requests that one ingress takes in a second; absent: its default. */
  readonly requestsPerSecond?: number;
}

/**
 * When an agent may answer a guest in Chatwoot. `unassigned`: while no person of the staff is assigned. `pending`: while
 * the conversation is pending, as an agent bot's is until it is handed to a person. `always`: whatever its state.
 */
export const answerRules = ['unassigned', 'pending', 'always'] as const;
export type AnswerRule = (typeof answerRules)[number];

/** How conversations that were missed are fetched from Chatwoot. */
export interface BackfillSource {
  /** Ids of the accounts whose webhooks come to this source. */
  readonly accounts: readonly number[];
  /** Token of a person; Chatwoot lets no bot list conversations. */
  readonly token: string;
}

/** A Chatwoot account webhook, API inbox or agent bot. */
export interface ChatwootSource extends SourceIdentity {
  readonly kind: 'chatwoot';
  /** All that count now: two while one is being replaced. */
  readonly secrets: readonly string[];
  /** False accepts requests that carry no signature at all. */
  readonly requireSignature: boolean;
  /** What an unsigned request must carry as `token` in its address; without any, nothing. */
  readonly urlTokens: readonly string[];
  readonly answerWhen: AnswerRule;
  /** Absent: what was missed stays missed. */
  readonly backfill?: BackfillSource;
  /** Absent: replies cannot be sent. */
  readonly api?: { readonly baseUrl: string; readonly token: string };
}

/** A WhatsApp Cloud API app. */
export interface WhatsAppSource extends SourceIdentity {
  readonly kind: 'whatsapp';
  readonly secrets: readonly string[];
  /** What Meta may say when it verifies the address of the webhook: two while one is being replaced. */
  readonly verifyTokens: readonly string[];
  /** `version` of the Graph API, when the source wants a certain one. */
  readonly api?: { readonly baseUrl: string; readonly token: string; readonly version?: string };
}

/** Any system that speaks Standard Webhooks. */
export interface StandardSource extends SourceIdentity {
  readonly kind: 'standard';
  /** `whsec_…` secrets and `whpk_…` keys. */
  readonly secrets: readonly string[];
  /** `baseUrl` is the whole address that replies are posted to, `rules` the bounds of where it may lead. */
  readonly api?: {
    readonly baseUrl: string;
    /** `whsec_…` secrets and `whsk_…` keys. */
    readonly signingSecrets: readonly string[];
    readonly rules: { readonly network: 'public' | 'private'; readonly ports?: readonly number[] };
  };
}

/** The web chat of a property; its id is `<property>-webchat`. */
export interface WebchatSource extends SourceIdentity {
  readonly kind: 'webchat';
  /** Origins of the pages that may use it, beside pages that Switchboard serves itself. */
  readonly allowedOrigins: readonly string[];
}

export type Source = ChatwootSource | WhatsAppSource | StandardSource | WebchatSource;

/** Who answers the guests of a property. */
export type AgentSettings =
  | { readonly kind: 'builtin' }
  | { readonly kind: 'http'; readonly url: string; readonly token?: string; readonly timeoutMs: number };

/** A hotel or another place with guests and staff of its own. */
export interface Property {
  readonly id: string;
  readonly name: string;
  readonly agent: AgentSettings;
  readonly sources: readonly Source[];
}

/** All properties, and their sources by id. */
export class PropertyDirectory {
  private readonly byId: ReadonlyMap<string, Property>;
  private readonly sourcesById: ReadonlyMap<string, Source>;

  constructor(readonly properties: readonly Property[]) {
    this.byId = new Map(properties.map((property) => [property.id, property]));
    this.sourcesById = new Map(properties.flatMap(({ sources }) => sources.map((source) => [source.id, source])));
  }

  property(id: string): Property | undefined {
    return this.byId.get(id);
  }

  source(id: string): Source | undefined {
    return this.sourcesById.get(id);
  }

  /** How replies are sent over a source. */
  sendingOver(source: Source): SendingRules {
    return source.sending ?? sendingDefaults[source.kind];
  }

  /** The source of an id, if it is of that kind. */
  sourceOf<K extends Source['kind']>(kind: K, id: string): Extract<Source, { kind: K }> | undefined {
    const source = this.sourcesById.get(id);
    return source?.kind === kind ? (source as Extract<Source, { kind: K }>) : undefined;
  }
}
