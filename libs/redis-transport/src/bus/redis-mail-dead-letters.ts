import { type Redis } from 'ioredis';
import { type MailDeadLetter, type MailDeadLetters } from '@switchboard/message-bus';
import { decodeAgentMessage, priorities } from '@switchboard/message-schema';
import { type QueueDeadLetter, type QueueDeadLetters } from '../lists/queue-dead-letters.js';
import { type QueueKeys } from '../lists/queue-keys.js';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { type MailboxKeys } from './mailbox-keys.js';
import { DISCARD_WITHDRAWN, REPLAY_WITHDRAWN } from './withdrawn.lua.js';

/** The dead letters of a mailbox: those of its queue, and those that their senders withdrew. */
export class RedisMailDeadLetters implements MailDeadLetters {
  constructor(
    private readonly buried: QueueDeadLetters,
    private readonly parts: { readonly command: Redis; readonly runner: ScriptRunner },
    private readonly keys: MailboxKeys,
    private readonly queueKeys: QueueKeys,
  ) {}

  async list(limit: number): Promise<MailDeadLetter[]> {
    if (limit < 1) return [];
    const [buried, withdrawn] = await Promise.all([this.buried.list({ limit }), this.withdrawn(limit)]);
    // One that its sender gave up and its receiver, too, is one letter.
    const letters = new Map([...buried.map(letterOf), ...withdrawn].map((letter) => [letter.id, letter]));
    return [...letters.values()].sort((a, b) => a.failedAt.localeCompare(b.failedAt, 'en')).slice(0, limit);
  }

  async replay(id: string): Promise<boolean> {
    const { command, runner } = this.parts;
    const text = await command.hget(this.keys.withdrawn[0], id);
    if (!text) return this.buried.replay(id);
    const { data } = JSON.parse(text) as MailDeadLetter;
    const list = priorities.indexOf(decodeAgentMessage(data).priority) + 1;
    const args = [id, `${id}#${Date.now()}`, list, data, this.queueKeys.wakeChannel];
    const keys = [...this.queueKeys.all(), ...this.keys.withdrawn];
    return (await runner.one({ script: REPLAY_WITHDRAWN, keys, args })) === 1;
  }

  async discard(id: string): Promise<boolean> {
    const withdrawn = { script: DISCARD_WITHDRAWN, keys: this.keys.withdrawn, args: [id] };
    const gone = await Promise.all([this.parts.runner.one(withdrawn), this.buried.discard(id)]);
    return gone[0] === 1 || gone[1];
  }

  /** The oldest first. */
  private async withdrawn(limit: number): Promise<MailDeadLetter[]> {
    const { command } = this.parts;
    const [letters, times] = this.keys.withdrawn;
    const ids = await command.zrange(times, '0', String(limit - 1));
    if (ids.length === 0) return [];
    const texts = await command.hmget(letters, ...ids);
    // Replayed or discarded between the two reads.
    return texts.flatMap((text) => (text ? [JSON.parse(text) as MailDeadLetter] : []));
  }
}

function letterOf({ id, data, reason, attempts, failedAtMs }: QueueDeadLetter): MailDeadLetter {
  return { id, data, reason, attempts, failedAt: new Date(failedAtMs).toISOString() };
}
