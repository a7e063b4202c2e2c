import { type FeedEntry } from '../feed/feed-entry.js';
import { type FeedStreams, leavesGap } from '../feed/feed-streams.js';
import { latestOf } from '../feed/merge.js';
import { isAfter, nothingSeen, type Positions, rightBefore } from '../feed/positions.js';

/** Entries read from a partition at a time; what is not sent yet stays in Redis. */
const STRETCH = 100;

/** The latest updates and the positions of somebody who has seen everything but them. */
export interface Snapshot {
  readonly entries: readonly FeedEntry[];
  readonly seen: string[];
}

/** The latest `count` updates of all partitions, oldest first. */
export async function snapshotOf(streams: FeedStreams, count: number): Promise<Snapshot> {
  const partitions = nothingSeen(streams.partitions);
  const stretches = await Promise.all(partitions.map((_, partition) => streams.latest(partition, count)));
  const entries = latestOf(
    stretches.flatMap((stretch) => stretch.entries),
    count,
  );
  const seen = stretches.map(({ lastId }, partition) => lastId ?? (partitions[partition] as string));
  // Backwards, so that the oldest entry of each partition has the last word.
  for (const { partition, id } of [...entries].reverse()) seen[partition] = rightBefore(id);
  return { entries, seen };
}

/** True when resuming from these positions would leave something out without a word. */
export async function isBroken(streams: FeedStreams, seen: Positions): Promise<boolean> {
  const gaps = await Promise.all(
    seen.map(async (position, partition) => leavesGap(position, await streams.span(partition))),
  );
  return gaps.includes(true);
}

/**
 * The next stretch of every partition in which `seen` is behind `heads`, oldest first. Empty when there is nothing
 * between them; positions whose stretch has nothing to show are moved on.
 */
export async function stretchBetween(
  streams: FeedStreams,
  seen: string[],
  heads: Positions,
): Promise<readonly FeedEntry[]> {
  const behind = heads.flatMap((head, partition) => (isAfter(head, seen[partition]) ? [{ partition, head }] : []));
  const stretches = await Promise.all(
    behind.map(async ({ partition, head }) => {
      const stretch = await streams.after(partition, seen[partition] as string, STRETCH, head);
      if (stretch.entries.length === 0) seen[partition] = stretch.full ? (stretch.lastId as string) : head;
      return stretch.entries;
    }),
  );
  const entries = stretches.flat();
  return latestOf(entries, entries.length);
}
