import { RateKeys } from '@switchboard/redis-transport';
import { Redis } from 'ioredis';
import { KEY_PREFIX, SOURCE } from './outbound-scene.js';

/** When a reply that had to wait was to be let through, and when it was; ms since 1970 by Redis's clock. */
export interface Admission {
  readonly permittedAtMs: number;
  readonly admittedAtMs: number;
}

/** Listens to what the rate governor's scripts do in Redis (MONITOR), whose clock is that of this machine. */
export class GovernorTimes {
  private readonly keys = new RateKeys(KEY_PREFIX, SOURCE);
  private readonly permitted = new Map<string, number>();
  private readonly admitted = new Map<string, number>();
  private lastPlannedMs = NaN;

  private constructor(
    private readonly client: Redis,
    private readonly listening: Redis,
  ) {
    listening.on('monitor', (time: string, command: string[]) => this.hear(Number(time) * 1_000, command));
  }

  static async listen(redisPort: number): Promise<GovernorTimes> {
    const client = new Redis(redisPort, '127.0.0.1');
    return new GovernorTimes(client, await client.monitor());
  }

  /** By the last plan for it; undefined for a reply that did not have to wait. */
  of(replyId: string): Admission | undefined {
    const ticket = this.keys.ticket(replyId);
    const [permittedAtMs, admittedAtMs] = [this.permitted.get(ticket), this.admitted.get(ticket)];
    return permittedAtMs === undefined || admittedAtMs === undefined ? undefined : { permittedAtMs, admittedAtMs };
  }

  close(): void {
    this.listening.disconnect();
    this.client.disconnect();
  }

  /** A ticket gets its place in the lines of its scopes first, then is written down, and goes when it is let through. */
  private hear(atMs: number, [name, key = '', value = '']: string[]): void {
    if (name === 'ZADD' && key.endsWith(':waiting')) this.lastPlannedMs = Number(value);
    if (name === 'SET' && key.includes(':ticket:')) this.permitted.set(key, this.lastPlannedMs);
    if (name === 'DEL' && this.permitted.has(key)) this.admitted.set(key, atMs);
  }
}
