import { type Redis } from 'ioredis';
import { type NewsPosition } from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type Keys } from './keys.js';
import { NewsWaiter } from './news-waiter.js';

interface PartitionWait {
  readonly waiter: NewsWaiter;
  after?: string;
  /** Resolves with the partition's number when it has news, or with nothing when the time is up. */
  pending?: Promise<number | undefined>;
}

/**
 * Waits for entries in a Redis Cluster, where one blocking read cannot span slots: one connection per partition. A wait
 * whose position has not changed goes on over several calls.
 */
export class ClusterNewsWaiter {
  private readonly waits = new Map<string, PartitionWait>();

  constructor(
    private readonly connections: RedisConnections,
    private readonly command: Redis,
    private readonly keys: Keys,
  ) {}

  async wait(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<number[]> {
    if (signal.aborted || positions.length === 0) return [];
    const over = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
      setTimeout(() => resolve(undefined), timeoutMs).unref();
    });
    const heard = await Promise.race([...positions.map((position) => this.waitFor(position, timeoutMs)), over]);
    return heard === undefined ? [] : [heard];
  }

  close(): void {
    for (const { waiter } of this.waits.values()) waiter.close();
    this.waits.clear();
  }

  private async waitFor(position: NewsPosition, timeoutMs: number): Promise<number | undefined> {
    const name = `${position.stream} ${position.partition}`;
    let wait = this.waits.get(name);
    if (!wait) {
      wait = { waiter: new NewsWaiter(this.connections, this.command, this.keys, false) };
      this.waits.set(name, wait);
    }
    if (!wait.pending || wait.after !== position.after) {
      wait.after = position.after;
      wait.pending = this.begin(wait, position, timeoutMs);
    }
    const heard = await wait.pending;
    // A wait that only ran out of time says nothing; the caller's own time-out ends the call.
    return heard ?? new Promise<undefined>(() => undefined);
  }

  private async begin(wait: PartitionWait, position: NewsPosition, timeoutMs: number): Promise<number | undefined> {
    const never = new AbortController().signal;
    try {
      return (await wait.waiter.wait([position], timeoutMs, never))[0];
    } finally {
      delete wait.pending;
    }
  }
}
