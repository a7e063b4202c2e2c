/**
 * Time of this machine's monotonic clock, ms with a fraction. All processes of one machine read the same clock, so a time
 * taken in one may be subtracted in another.
 */
export function machineNowMs(): number {
  return performance.now() + offsetMs;
}

const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
