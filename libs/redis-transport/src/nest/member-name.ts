import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A name for this process among the members of a group; a new one at each start, so that a restart is never mistaken. */
export function memberName(): string {
  return `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}
