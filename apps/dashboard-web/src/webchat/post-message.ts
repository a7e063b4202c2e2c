import type { Outgoing, PostResult } from './outbox.js';

const TIMEOUT_MS = 10_000;
/** Refusals that pass: time-out, too early, too many. */
const PASSING = [408, 425, 429];

/** Sends one message to the web chat of a property; never throws. */
export async function postMessage(property: string, visitor: string, message: Outgoing): Promise<PostResult> {
  try {
    const response = await fetch(`webchat/${encodeURIComponent(property)}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ visitorId: visitor, messageId: message.messageId, text: message.text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { kind: 'accepted' };
    if (response.status >= 500 || PASSING.includes(response.status)) return laterAs(response);
    const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
    return { kind: 'refused', detail: typeof problem.detail === 'string' ? problem.detail : 'It was not accepted.' };
  } catch {
    return { kind: 'later' };
  }
}

function laterAs(response: Response): PostResult {
  const seconds = Number(response.headers.get('retry-after'));
  return seconds > 0 ? { kind: 'later', afterMs: Math.min(seconds, 60) * 1000 } : { kind: 'later' };
}
