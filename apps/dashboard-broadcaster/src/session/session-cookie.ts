import { type Session } from './session.js';

const NAME = 'switchboard_session';

/**
 * The `Set-Cookie` value that gives a session to a browser: unreadable for scripts, never sent along from other sites.
 * `secure` keeps it off plain HTTP.
 */
export function cookieOf(session: Session, secure: boolean): string {
  const maxAge = Math.max(0, Math.floor((session.expiresAtMs - Date.now()) / 1000));
  return write(session.id, maxAge, secure);
}

/** The `Set-Cookie` value that takes the session away. */
export function expiredCookie(secure: boolean): string {
  return write('', 0, secure);
}

/** The session id in a `Cookie` header. */
export function sessionIdIn(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === NAME) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function write(value: string, maxAgeSeconds: number, secure: boolean): string {
  return `${NAME}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}
