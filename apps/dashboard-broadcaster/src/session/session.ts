/** What a signed-in browser may do, and until when. */
export interface Session {
  /** 256 random bits, base64url; the secret that the cookie carries. */
  readonly id: string;
  /** The one property whose updates it sees. */
  readonly propertyId: string;
  /** End of the session, ms since 1970. It is not prolonged. */
  readonly expiresAtMs: number;
}
