import { compareEntryIds } from '@switchboard/delivery';
import { type FeedEntry } from './feed-entry.js';

/**
 * The latest `count` entries of all partitions, oldest first. Entry ids are times of the server, so that their order is
 * the order over partitions; within a partition it is exact.
 */
export function latestOf(entries: readonly FeedEntry[], count: number): FeedEntry[] {
  const ordered = [...entries].sort((a, b) => compareEntryIds(a.id, b.id) || a.partition - b.partition);
  return ordered.slice(Math.max(0, ordered.length - count));
}
