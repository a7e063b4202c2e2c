import { type Redis } from 'ioredis';
import { type NewsPosition } from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type Keys } from './keys.js';

/** A blocked read that is this much late is given up, with its connection. */
const LATE_MS = 2_000;
/** After an interruption the blocked read must come back within this time. */
const UNBLOCK_MS = 500;

/**
 * Waits for entries with a blocking XREAD on a connection of its own; it changes nothing, so it needs no fence. A read
 * that does not come back in time costs its connection: a fresh client is the only cure for a dead link that ioredis has
 * not noticed.
 */
export class NewsWaiter {
  private client: Redis | undefined;
  private clientId: number | undefined;
  private deadline: Deadline | undefined;

  constructor(
    private readonly connections: RedisConnections,
    private readonly command: Redis,
    private readonly keys: Keys,
    /** In a cluster a client has many connections and no one id; its waits end by time only. */
    private readonly interruptible = true,
  ) {}

  async wait(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<number[]> {
    if (signal.aborted || positions.length === 0) return [];
    const client = (this.client ??= this.connect());
    const deadline = (this.deadline = new Deadline(timeoutMs + LATE_MS));
    const interrupt = (): void => {
      deadline.shorten(UNBLOCK_MS);
      if (this.clientId) this.command.client('UNBLOCK', this.clientId, 'TIMEOUT').catch(() => undefined);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return this.partitionsOf(await deadline.race(this.read(client, positions, timeoutMs, signal)), positions);
    } catch (error) {
      if (!isRefusal(error)) this.replace(client);
      if (signal.aborted) return [];
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
      deadline.clear();
    }
  }

  /** Ends a read under way, which then fails. */
  close(): void {
    if (this.client) this.replace(this.client);
    this.deadline?.shorten(0);
  }

  private connect(): Redis {
    const client = this.connections.open('blocking');
    client.on('close', () => {
      if (this.client === client) this.clientId = undefined;
    });
    return client;
  }

  private async read(
    client: Redis,
    positions: readonly NewsPosition[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (this.interruptible) this.clientId ??= await client.client('ID');
    if (signal.aborted) return null;
    const streams = positions.map(({ stream, partition }) => this.keys.stream(stream, partition));
    const after = positions.map((position) => position.after);
    // Not `call`: in a cluster that would leave a RESP3 map as it is.
    return client.xread('COUNT', 1, 'BLOCK', timeoutMs, 'STREAMS', ...streams, ...after);
  }

  private partitionsOf(reply: unknown, positions: readonly NewsPosition[]): number[] {
    if (!reply) return [];
    const heard = new Set((reply as [name: string, entries: unknown][]).map(([name]) => name));
    return positions
      .filter(({ stream, partition }) => heard.has(this.keys.stream(stream, partition)))
      .map(({ partition }) => partition);
  }

  private replace(client: Redis): void {
    if (this.client === client) {
      this.client = undefined;
      this.clientId = undefined;
    }
    this.connections.discard(client);
  }
}

/** The server answered, so the connection is good, unless it was unblocked because its server is no master any more. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && !/^(UNBLOCKED|READONLY)/.test(error.message);
}

/** Rejects a race after a time that can be shortened while it runs. */
class Deadline {
  private timer: NodeJS.Timeout | undefined;
  private reject: ((error: Error) => void) | undefined;
  private readonly late: Promise<never>;

  constructor(ms: number) {
    this.late = new Promise<never>((_, reject) => (this.reject = reject));
    this.late.catch(() => undefined);
    this.shorten(ms);
  }

  race<T>(pending: Promise<T>): Promise<T> {
    pending.catch(() => undefined);
    return Promise.race([pending, this.late]);
  }

  shorten(ms: number): void {
    clearTimeout(this.timer);
    if (!this.reject) return;
    this.timer = setTimeout(() => this.reject?.(new Error('a blocking read did not come back in time')), ms);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.reject = undefined;
  }
}
