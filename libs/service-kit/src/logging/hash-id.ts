import { createHmac, randomBytes } from 'node:crypto';

/** Short stand-in for an id in logs: the same id gives the same hash, and the hash does not lead back to the id. */
export type HashId = (id: string) => string;

/**
 * Ids of conversations hold phone numbers; their hashes need a key, or all numbers could be tried.
 *
 * @param key the same in all services to follow a conversation through their logs; without one it is random for each
 * process.
 */
export function createHashId(key: string | Buffer = randomBytes(32)): HashId {
  return (id) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 12);
}
