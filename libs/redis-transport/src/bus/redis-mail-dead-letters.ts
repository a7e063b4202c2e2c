import { type Redis } from 'ioredis';
import { type MailDeadLetter, type MailDeadLetters } from '@switchboard/message-bus';
import { decodeAgentMessage } from '@switchboard/message-schema';
import { type QueueDeadLetter } from '../lists/queue-dead-letters.js';
import { type WorkQueue } from '../lists/work-queue.js';
import { type MailboxKeys } from './mailbox-keys.js';

/** The dead letters of a mailbox: those of its queue, and those that their senders withdrew. */
export class RedisMailDeadLetters implements MailDeadLetters {
  constructor(
    private readonly queue: WorkQueue,
    private readonly command: Redis,
    private readonly keys: MailboxKeys,
  ) {}

  async list(limit: number): Promise<MailDeadLetter[]> {
    const [buried, withdrawn] = await Promise.all([
      this.queue.deadLetters.list({ limit }),
      this.command.hvals(this.keys.withdrawn),
    ]);
    return [...buried.map(letterOf), ...withdrawn.map((text) => JSON.parse(text) as MailDeadLetter)]
      .sort((a, b) => a.failedAt.localeCompare(b.failedAt, 'en'))
      .slice(0, limit);
  }

  async replay(id: string): Promise<boolean> {
    const text = await this.command.hget(this.keys.withdrawn, id);
    if (text === null) return this.queue.deadLetters.replay(id);
    const { data } = JSON.parse(text) as MailDeadLetter;
    // It may still wait in the queue under its own id; whichever is taken second is dropped as handled.
    await this.queue.put({ id: `${id}#${Date.now()}`, data, priority: decodeAgentMessage(data).priority });
    return (await this.command.hdel(this.keys.withdrawn, id)) === 1;
  }

  async discard(id: string): Promise<boolean> {
    if ((await this.command.hexists(this.keys.withdrawn, id)) === 0) return this.queue.deadLetters.discard(id);
    return (await this.command.hdel(this.keys.withdrawn, id)) === 1;
  }
}

function letterOf({ id, data, reason, attempts, failedAtMs }: QueueDeadLetter): MailDeadLetter {
  return { id, data, reason, attempts, failedAt: new Date(failedAtMs).toISOString() };
}
