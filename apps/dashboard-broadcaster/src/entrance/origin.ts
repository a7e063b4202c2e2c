/** The part of a request that tells where the page that made it came from. */
export interface RequestHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * True when the page that makes the request is our own: its origin is exactly the host that was asked (a TLS proxy may
 * have changed the scheme), or it is in the allow-list. Browsers send `Origin` with every WebSocket handshake and every
 * POST; a request without one is let in only by `allowNone`.
 */
export function isOwnOrigin(headers: RequestHeaders, allowed: readonly string[], allowNone = false): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return allowNone;
  if (allowed.includes(origin)) return true;
  return host !== undefined && (origin === `https://${host}` || origin === `http://${host}`);
}
