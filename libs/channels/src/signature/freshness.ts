import { type RefusalReason } from './verdict.js';

/** How far a signed timestamp may lie from our clock, either way. */
export const TIMESTAMP_TOLERANCE_MS = 300_000;

/** What is wrong with a timestamp header of whole seconds since 1970, or undefined when it is fresh. */
export function faultOfTimestamp(timestamp: string | undefined, nowMs: number): RefusalReason | undefined {
  if (timestamp === undefined) return 'timestamp-missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp-malformed';
  const distanceMs = Math.abs(nowMs - Number(timestamp) * 1_000);
  return distanceMs <= TIMESTAMP_TOLERANCE_MS ? undefined : 'timestamp-outside-tolerance';
}
