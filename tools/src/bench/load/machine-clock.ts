/**
 * Time of this machine's monotonic clock, ms with a fraction. All processes of one machine read the same clock, so a time
 * taken in one may be subtracted in another.
 */
export function machineNowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
