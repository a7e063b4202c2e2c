import { compareEntryIds } from '@switchboard/delivery';

/** The last entry id seen in each partition of a feed, by partition number; `0-0` where nothing was seen. */
export type Positions = readonly string[];

/** The position before the first entry of a stream. */
export const BEGINNING = '0-0';

/** The positions of somebody who has seen nothing. */
export function nothingSeen(partitions: number): string[] {
  return Array.from({ length: partitions }, () => BEGINNING);
}

/** A position right before an entry: reading on from it gives that entry first. */
export function rightBefore(entryId: string): string {
  const dash = entryId.indexOf('-');
  const [ms, seq] = [Number(entryId.slice(0, dash)), Number(entryId.slice(dash + 1))];
  return seq > 0 ? `${ms}-${seq - 1}` : `${ms - 1}-${Number.MAX_SAFE_INTEGER}`;
}

/** True when `id` comes after `position`. */
export function isAfter(id: string, position: string | undefined): boolean {
  return compareEntryIds(id, position ?? BEGINNING) > 0;
}
