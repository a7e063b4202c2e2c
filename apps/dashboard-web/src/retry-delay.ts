const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Wait before the next try after `failures` failed ones: exponential with full jitter, so that many browsers that lost
 * one server do not all come back at the same moment. Never below 200 ms.
 */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(200, Math.round(random() * ceiling));
}
