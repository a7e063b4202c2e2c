import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { SOURCE } from './outbound-scene.js';

/**
 * Listens to what the rate governor's scripts do in Redis (MONITOR): the time that they last gave to each reply that had to
 * wait, by Redis's clock, which is that of this machine.
 */
export class PermittedTimes {
  private readonly byTicket = new Map<string, number>();
  private lastPlannedMs = NaN;

  private constructor(
    private readonly client: Redis,
    private readonly listening: Redis,
  ) {
    listening.on('monitor', (_time: string, command: string[]) => this.hear(command));
  }

  static async listen(redisPort: number): Promise<PermittedTimes> {
    const client = new Redis(redisPort, '127.0.0.1');
    return new PermittedTimes(client, await client.monitor());
  }

  /** ms since 1970; undefined for a reply that did not have to wait. */
  of(replyId: string): number | undefined {
    return this.byTicket.get(createHash('sha256').update(replyId).digest('base64url').slice(0, 22));
  }

  close(): void {
    this.listening.disconnect();
    this.client.disconnect();
  }

  /** A ticket gets its place in the lines of its scopes first, and then is written down. */
  private hear([name, key = '', value = '']: string[]): void {
    const [, rest] = key.split(`:rate:{${SOURCE}}:`);
    if (rest === undefined) return;
    if (name === 'ZADD' && rest.endsWith(':waiting')) this.lastPlannedMs = Number(value);
    if (name === 'SET' && rest.startsWith('ticket:'))
      this.byTicket.set(rest.slice('ticket:'.length), this.lastPlannedMs);
  }
}
