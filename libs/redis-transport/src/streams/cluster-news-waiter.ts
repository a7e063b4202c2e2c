import { type Redis } from 'ioredis';
import { type NewsPosition } from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type Keys } from './keys.js';
import { NewsWaiter } from './news-waiter.js';

/** A partition that nobody asked about for this long gives its connection back. */
const FORGOTTEN_MS = 60_000;
const FAILURE_PAUSE_MS = 200;

interface PartitionWait {
  readonly waiter: NewsWaiter;
  readonly after: string;
  askedAtMs: number;
  /** Resolves with the partition's number when it has news, or with nothing when the time is up. */
  pending: Promise<number | undefined> | undefined;
}

/**
 * Waits for entries in a Redis Cluster, where one blocking read cannot span slots: one connection per partition. A wait
 * whose position has not changed goes on over several calls. A partition whose server does not answer says nothing, and
 * the others' news come as ever.
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
    this.forget();
    const end = new TimeUp(timeoutMs, signal);
    try {
      const heard = await Promise.race([
        ...positions.map((position) => this.waitFor(position, timeoutMs)),
        end.reached,
      ]);
      return heard === undefined ? [] : [heard];
    } finally {
      end.clear();
    }
  }

  close(): void {
    for (const { waiter } of this.waits.values()) waiter.close();
    this.waits.clear();
  }

  private async waitFor(position: NewsPosition, timeoutMs: number): Promise<number | undefined> {
    const endAtMs = performance.now() + timeoutMs;
    // A wait that an earlier call began may run out of time before this one.
    for (let leftMs = timeoutMs; leftMs > 0; leftMs = endAtMs - performance.now()) {
      const wait = this.waitAt(position);
      wait.askedAtMs = performance.now();
      wait.pending ??= this.listen(wait, position, Math.ceil(leftMs));
      const heard = await wait.pending;
      if (heard !== undefined) return heard;
    }
    // The caller's own time-out ends the call.
    return new Promise<undefined>(() => undefined);
  }

  /** A read that waits behind another position cannot be called back: its connection is given up with it. */
  private waitAt(position: NewsPosition): PartitionWait {
    const name = nameOf(position);
    const known = this.waits.get(name);
    if (known?.after === position.after) return known;
    if (known?.pending) known.waiter.close();
    const waiter =
      known && !known.pending ? known.waiter : new NewsWaiter(this.connections, this.command, this.keys, false);
    const wait: PartitionWait = { waiter, after: position.after, askedAtMs: 0, pending: undefined };
    this.waits.set(name, wait);
    return wait;
  }

  /** Repeats a read that fails; the partition's other calls tell what is wrong with its server. */
  private async listen(wait: PartitionWait, position: NewsPosition, timeoutMs: number): Promise<number | undefined> {
    const never = new AbortController().signal;
    const endAtMs = performance.now() + timeoutMs;
    try {
      while (this.isCurrent(wait, position) && performance.now() < endAtMs) {
        const heard = await wait.waiter.wait([position], timeoutMs, never).catch(rest);
        if (heard) return heard[0];
      }
      return undefined;
    } finally {
      wait.pending = undefined;
    }
  }

  private isCurrent(wait: PartitionWait, position: NewsPosition): boolean {
    return this.waits.get(nameOf(position)) === wait;
  }

  private forget(): void {
    const tooOld = performance.now() - FORGOTTEN_MS;
    for (const [name, { askedAtMs, waiter }] of this.waits) {
      if (askedAtMs >= tooOld) continue;
      waiter.close();
      this.waits.delete(name);
    }
  }
}

/** Resolves after a time or at an abort, and leaves nothing behind. */
class TimeUp {
  readonly reached: Promise<undefined>;
  readonly clear: () => void;

  constructor(ms: number, signal: AbortSignal) {
    let end: () => void = () => undefined;
    this.reached = new Promise((resolve) => (end = () => resolve(undefined)));
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    this.clear = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
  }
}

function nameOf({ stream, partition }: NewsPosition): string {
  return `${stream} ${partition}`;
}

function rest(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), FAILURE_PAUSE_MS).unref());
}
