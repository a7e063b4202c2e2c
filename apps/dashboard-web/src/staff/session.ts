/** The signed-in session as the server tells it. */
export interface Session {
  readonly propertyId: string;
  readonly expiresInMs: number;
}

/** What a person types to sign in. */
export interface Credentials {
  readonly token?: string;
  readonly propertyId?: string;
}

/** The server refused; `message` is for the person. */
export class RefusedError extends Error {}

const URL_OF_SESSION = 'api/session';

/** The session of this browser, or undefined when it has none. @throws when the server cannot be reached. */
export async function currentSession(): Promise<Session | undefined> {
  const response = await fetch(URL_OF_SESSION, { headers: { accept: 'application/json' } });
  if (response.status === 204) return undefined;
  if (response.ok) return (await response.json()) as Session;
  throw new Error(`The server answered ${response.status}`);
}

/** Begins a session; without credentials this succeeds only where the demo is open. @throws RefusedError, or when the server cannot be reached. */
export async function signIn(credentials: Credentials): Promise<Session> {
  const response = await fetch(URL_OF_SESSION, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  if (response.ok) return (await response.json()) as Session;
  const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
  const detail = typeof problem.detail === 'string' ? problem.detail : 'The server refused.';
  if (response.status >= 500) throw new Error(detail);
  throw new RefusedError(detail);
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch(URL_OF_SESSION, { method: 'DELETE' });
}
