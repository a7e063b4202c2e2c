import { type Redis } from 'ioredis';
import { priorities, type Priority } from '@switchboard/message-schema';
import { QUEUE_DISCARD, QUEUE_REPLAY } from '../scripts/queue-letters.lua.js';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { type QueueKeys } from './queue-keys.js';

export interface QueueDeadLetter {
  readonly id: string;
  readonly data: string;
  readonly priority: Priority;
  readonly attempts: number;
  readonly reason: string;
  /** When it was given up, ms since 1970 by Redis's clock. */
  readonly failedAtMs: number;
}

/** As the scripts write it. */
interface Letter {
  readonly priority: number;
  readonly attempts: number;
  readonly reason: string;
  readonly failed_at: number;
}

/** What a queue has given up, oldest first. It stays until it is replayed or discarded. */
export class QueueDeadLetters {
  constructor(
    private readonly client: () => Redis,
    private readonly runner: ScriptRunner,
    private readonly keys: QueueKeys,
  ) {}

  async list({ offset = 0, limit = 50 }: { offset?: number; limit?: number } = {}): Promise<QueueDeadLetter[]> {
    const client = this.client();
    const ids = await client.zrange(this.keys.part('dead'), String(offset), String(offset + limit - 1));
    if (ids.length === 0) return [];
    const [letters, items] = await Promise.all([
      client.hmget(this.keys.part('letters'), ...ids),
      client.hmget(this.keys.part('items'), ...ids),
    ]);
    return ids.flatMap((id, i) => {
      const [letter, data] = [letters[i], items[i]];
      // Replayed or discarded between the two reads.
      return typeof letter === 'string' && typeof data === 'string' ? [read(id, data, letter)] : [];
    });
  }

  /** Puts it at the end of its waiting list with all attempts before it. False when there is no such dead letter. */
  async replay(id: string): Promise<boolean> {
    const args = [id, this.keys.wakeChannel];
    return (await this.runner.one({ script: QUEUE_REPLAY, keys: this.keys.all(), args })) === 1;
  }

  async discard(id: string): Promise<boolean> {
    return (await this.runner.one({ script: QUEUE_DISCARD, keys: this.keys.all(), args: [id] })) === 1;
  }
}

function read(id: string, data: string, text: string): QueueDeadLetter {
  const { priority, attempts, reason, failed_at } = JSON.parse(text) as Letter;
  return { id, data, priority: priorities[priority - 1] ?? 'normal', attempts, reason, failedAtMs: failed_at };
}
