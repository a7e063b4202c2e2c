import { type NewsPosition } from '@switchboard/delivery';

/** Waits for news of one stream, once at a time. */
interface Waiter {
  wait(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<number[]>;
}

/**
 * Gives each wait that runs at the same time a waiter of its own: a blocking read holds up whatever is sent behind it on
 * its connection, so two consumers of one process would each hear of news only when the other's wait ends.
 */
export class NewsWaiters {
  private readonly idle = new Map<string, Waiter[]>();

  constructor(private readonly make: () => Waiter) {}

  async wait(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<number[]> {
    const [first] = positions;
    if (!first) return [];
    const idle = this.idle.get(first.stream) ?? [];
    this.idle.set(first.stream, idle);
    const waiter = idle.pop() ?? this.make();
    try {
      return await waiter.wait(positions, timeoutMs, signal);
    } finally {
      idle.push(waiter);
    }
  }
}
