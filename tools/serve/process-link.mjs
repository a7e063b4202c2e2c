/**
 * Preloaded into a served process. A Ctrl-C reaches it up to three times, from the terminal, from Nx and from its runner;
 * these count as one, because a service takes a second signal as the wish to end at once. And when the runner vanishes,
 * the service does not stay behind.
 */
const ECHO_MS = 1_500;

const emit = process.emit.bind(process);
let askedAt = -Infinity;

process.emit = (event, ...args) => {
  if (event === 'SIGINT' || event === 'SIGTERM') {
    const now = performance.now();
    if (now - askedAt < ECHO_MS) return true;
    askedAt = now;
  }
  return emit(event, ...args);
};

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
