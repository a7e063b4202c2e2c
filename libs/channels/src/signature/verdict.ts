/** Header lines as node:http and Fastify hand them out: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The parts of an HTTP request that a signature covers. */
export interface SignedRequest {
  /** The bytes as received; a parsed and re-written body does not verify. */
  readonly rawBody: Buffer;
  readonly headers: RequestHeaders;
  /** Receiver's clock, milliseconds since 1970. */
  readonly nowMs: number;
  /** The `token` in the query of the address, when it is there once. */
  readonly urlToken?: string;
}

/** What a source demands of its requests. */
export interface SourceSecurity {
  /** All secrets that count now: while one is being rotated, the old and the new one. */
  readonly secrets: readonly string[];
  /**
   * Only Chatwoot may be set to false: versions before 4.11.2, and webhooks without a secret, send no signature.
   * A signature that is there must fit all the same. Default true.
   */
  readonly requireSignature?: boolean;
  /** What an unsigned request must carry as `token` in its address; without any, nothing. Several count for rotation. */
  readonly urlTokens?: readonly string[];
}

/** Why a request was refused; for logs and metrics, holds nothing of the request. */
export type RefusalReason =
  | 'no-secret-configured'
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-mismatch'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-outside-tolerance'
  | 'token-mismatch'
  | 'id-missing'
  | 'id-malformed';

export type Verdict =
  | {
      readonly ok: true;
      /** The provider's id of this delivery, the same when it retries, where there is one. */
      readonly deliveryId?: string;
    }
  | { readonly ok: false; readonly reason: RefusalReason };

export function refused(reason: RefusalReason): Verdict {
  return { ok: false, reason };
}

/** A header that came once and is not empty. */
export function headerOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
