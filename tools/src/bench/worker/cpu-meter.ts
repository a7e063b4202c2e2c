/** Measures the processor time of this process, user and system, all threads, in s. */
export function startCpuMeter(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
}
