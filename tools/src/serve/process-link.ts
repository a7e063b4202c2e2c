/**
 * Preloaded into a served process. A Ctrl-C reaches it up to three times, from the terminal, from Nx and from the runner;
 * it must count as one, because a service takes a second signal as the wish to end at once. And when its runner vanishes,
 * the service must not stay behind.
 */
const ECHO_MS = 1_500;

const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
let askedAt: number | undefined;

function emitOnce(event: string, ...args: unknown[]): boolean {
  if (event === 'SIGINT' || event === 'SIGTERM') {
    const now = performance.now();
    const isEcho = askedAt !== undefined && now - askedAt < ECHO_MS;
    if (isEcho) return true;
    askedAt = now;
  }
  return emit(event, ...args);
}

process.emit = emitOnce as typeof process.emit;
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
export {};
