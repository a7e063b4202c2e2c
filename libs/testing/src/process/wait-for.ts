import { setTimeout as pause } from 'node:timers/promises';

/** Times as long as asked: a continuous integration machine is shared with others and may stand still for a while. */
const PATIENCE = process.env['CI'] === 'true' ? 3 : 1;

/** How long to wait for a fact and how to name it when it does not come true. */
export interface WaitOptions {
  /** Longest wait; 5 000 by default. */
  timeoutMs?: number;
  /** Pause between two looks; 20 by default. */
  everyMs?: number;
  /** What is awaited, for the error: "the replica is in sync". A function is asked only when the wait failed. */
  describe: string | (() => string);
}

/** A fact did not come true in time. `cause` is what the last look threw, if it threw. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
}

type Look<T> = { kind: 'seen'; value: T } | { kind: 'failed'; cause: unknown } | { kind: 'late' };

/**
 * Looks again and again until the fact is truthy and returns that value. A look that throws counts as "not yet"; a look
 * that hangs does not outlive the deadline.
 *
 * @throws WaitTimeoutError naming what was awaited.
 */
export async function waitFor<T>(fact: () => T | Promise<T>, options: WaitOptions): Promise<NonNullable<T>> {
  const { everyMs = 20, describe } = options;
  const timeoutMs = (options.timeoutMs ?? 5_000) * PATIENCE;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    const look = await lookUntil(deadline, fact);
    if (look.kind === 'seen' && look.value) return look.value;
    if (look.kind === 'failed') cause = look.cause;
    if (look.kind === 'seen') cause = undefined;
    if (look.kind === 'late' || Date.now() + everyMs > deadline) break;
    await pause(everyMs);
  }
  const awaited = typeof describe === 'string' ? describe : describe();
  throw new WaitTimeoutError(`Not true within ${timeoutMs} ms: ${awaited}`, { cause });
}

async function lookUntil<T>(deadline: number, fact: () => T | Promise<T>): Promise<Look<T>> {
  const alarm = new AbortController();
  const late = pause(Math.max(1, deadline - Date.now()), { kind: 'late' } as const, { signal: alarm.signal });
  const look = (async () => fact())().then(
    (value): Look<T> => ({ kind: 'seen', value }),
    (cause: unknown): Look<T> => ({ kind: 'failed', cause }),
  );
  try {
    return await Promise.race([look, late]);
  } finally {
    alarm.abort();
    late.catch(() => undefined);
  }
}
