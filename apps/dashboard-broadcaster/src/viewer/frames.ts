import { encodeCursor } from '../feed/cursor.js';
import { type FeedEntry } from '../feed/feed-entry.js';
import { type Positions } from '../feed/positions.js';

/** One update, with the cursor to resume from after it. `entry.data` is JSON already. */
export function updateFrame(entry: FeedEntry, seen: Positions): string {
  return `{"type":"update","cursor":"${encodeCursor(seen)}","update":${entry.data}}`;
}

/** Everything there was has been sent; what follows is live. */
export function snapshotEndFrame(seen: Positions): string {
  return JSON.stringify({ type: 'snapshot-end', cursor: encodeCursor(seen) });
}

/** Forget what you have: the following updates do not connect to it without a gap. */
export const RESET_FRAME = JSON.stringify({ type: 'reset' });

/** A sign of life for pages, which cannot see the pings of the protocol. */
export const HEARTBEAT_FRAME = JSON.stringify({ type: 'heartbeat' });
