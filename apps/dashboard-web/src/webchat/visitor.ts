import { randomId } from '../random-id.js';

const KEY = 'switchboard.visitor';
const FORM = /^[0-9a-f]{32}$/;

/**
 * Who writes: a random id that this browser keeps. Whoever knows it can read the chat, so it is as long as a key. Where
 * the browser keeps nothing, a new one begins with every page.
 */
export function visitorId(): string {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept !== null && FORM.test(kept)) return kept;
    const fresh = randomId();
    localStorage.setItem(KEY, fresh);
    return fresh;
  } catch {
    return randomId();
  }
}
