import { partitionOf } from '@switchboard/delivery';
import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { GUEST_WROTE } from '../scripts/guest-window.lua.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { Keys } from '../streams/keys.js';

/** Kept for longer than the window, so that a closed one is told from one nobody knows of. */
const TTL_MS = 7 * 24 * 3_600_000;

/** Remembers when each guest wrote last: some providers take free replies only for a time after that. */
export class GuestWindow {
  private readonly client: Redis;
  private readonly runner: ScriptRunner;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    private readonly partitions: number,
  ) {
    this.client = connections.open('command');
    this.runner = new ScriptRunner(this.client, connections.clustered);
    this.keys = new Keys(connections.keyPrefix);
  }

  /** @throws Error when Redis does not answer. */
  async wrote(conversationId: string, atMs: number): Promise<void> {
    await this.runner.one({ script: GUEST_WROTE, keys: [this.keyOf(conversationId)], args: [atMs, TTL_MS] });
  }

  /** Ms since 1970; undefined when it is not known. */
  async lastWroteAt(conversationId: string): Promise<number | undefined> {
    const stored = await this.client.get(this.keyOf(conversationId));
    return stored === null ? undefined : Number(stored);
  }

  private keyOf(conversationId: string): string {
    return `${this.keys.stream('window', partitionOf(conversationId, this.partitions))}:${conversationId}`;
  }
}
