/** Most calls in any window of that length; every window that matters begins with a call. */
export function mostInAnyWindow(timesMs: readonly number[], windowMs: number): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  let most = 0;
  let end = 0;
  sorted.forEach((start, first) => {
    while (end < sorted.length && (sorted[end] as number) < start + windowMs) end += 1;
    most = Math.max(most, end - first);
  });
  return most;
}
