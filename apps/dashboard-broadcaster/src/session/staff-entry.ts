import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may come in, as the settings say. */
export interface EntrySettings {
  /** The staff's token. Without one only the demo may be seen, and only from this machine. */
  readonly token: string | undefined;
  readonly production: boolean;
  /** Properties there are. */
  readonly propertyIds: readonly string[];
}

/** What a request to come in shows. */
export interface EntryRequest {
  readonly token: string | undefined;
  readonly propertyId: string | undefined;
  /** Address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type EntryVerdict =
  { readonly ok: true; readonly propertyId: string } | { readonly ok: false; readonly reason: 'token' | 'property' };

const DEMO_PROPERTY = 'demo';
const LOOPBACK_ADDRESS = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Decides about a sign-in. With a token in the settings the request must show it; it opens every property. Without one,
 * and never in production, whoever sits at this very machine may watch the property `demo`: the connection comes from
 * loopback, through no proxy, and the host asked for is a loopback name, so that no foreign name that resolves to
 * 127.0.0.1 gets in (DNS rebinding).
 */
export function mayEnter(request: EntryRequest, settings: EntrySettings): EntryVerdict {
  if (settings.token !== undefined) {
    if (request.token === undefined || !sameText(request.token, settings.token)) return { ok: false, reason: 'token' };
    const propertyId = request.propertyId ?? settings.propertyIds[0];
    const known = propertyId !== undefined && settings.propertyIds.includes(propertyId);
    return known ? { ok: true, propertyId } : { ok: false, reason: 'property' };
  }
  if (settings.production || !sitsHere(request)) return { ok: false, reason: 'token' };
  const demo = request.propertyId ?? DEMO_PROPERTY;
  return demo === DEMO_PROPERTY ? { ok: true, propertyId: demo } : { ok: false, reason: 'property' };
}

function sitsHere({ remoteAddress, headers }: EntryRequest): boolean {
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false;
  return LOOPBACK_ADDRESS.test(remoteAddress ?? '') && LOOPBACK_HOST.test(String(headers['host'] ?? ''));
}

/** Comparison in constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
