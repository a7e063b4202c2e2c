import { createHmac, randomBytes } from 'node:crypto';

/** Short stand-in for an id in logs: the same id gives the same hash, and the hash does not lead back to the id. */
export type HashId = (id: string) => string;

/** Ids whose hash is kept, since the same few come again and again and a hash costs as much as a line of log. */
const MOST_KEPT = 10_000;

/**
 * Ids of conversations hold phone numbers; their hashes need a key, or all numbers could be tried.
 *
 * @param key the same in all services to follow a conversation through their logs; without one it is random for each
 * process.
 */
export function createHashId(key: string | Buffer = randomBytes(32)): HashId {
  const kept = new Map<string, string>();
  return (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const hash = createHmac('sha256', key).update(id).digest('base64url').slice(0, 12);
    kept.set(id, hash);
    return hash;
  };
}
