/** What sources of every kind say of themselves. */
interface SourceIdentity {
  /** Unique over all properties; stands in webhook addresses. */
  readonly id: string;
  readonly propertyId: string;
}

/** A Chatwoot account webhook, API inbox or agent bot. */
export interface ChatwootSource extends SourceIdentity {
  readonly kind: 'chatwoot';
  /** All that count now: two while one is being replaced. */
  readonly secrets: readonly string[];
  /** False accepts requests that carry no signature at all. */
  readonly requireSignature: boolean;
  /** Absent: replies cannot be sent. */
  readonly api?: { readonly baseUrl: string; readonly token: string };
}

/** A WhatsApp Cloud API app. */
export interface WhatsAppSource extends SourceIdentity {
  readonly kind: 'whatsapp';
  readonly secrets: readonly string[];
  /** What Meta says when it verifies the address of the webhook. */
  readonly verifyToken: string;
  /** `version` of the Graph API, when the source wants a certain one. */
  readonly api?: { readonly baseUrl: string; readonly token: string; readonly version?: string };
}

/** Any system that speaks Standard Webhooks. */
export interface StandardSource extends SourceIdentity {
  readonly kind: 'standard';
  readonly secrets: readonly string[];
  /** `baseUrl` is the whole address that replies are posted to. */
  readonly api?: { readonly baseUrl: string; readonly signingSecrets: readonly string[] };
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

  /** The source of an id, if it is of that kind. */
  sourceOf<K extends Source['kind']>(kind: K, id: string): Extract<Source, { kind: K }> | undefined {
    const source = this.sourcesById.get(id);
    return source?.kind === kind ? (source as Extract<Source, { kind: K }>) : undefined;
  }
}
