import { type Redis } from 'ioredis';
import {
  type Arrival,
  type ArrivalVerdict,
  type AuditLine,
  type Mail,
  type Mailboxes,
  MailboxFull,
  type MailDeadLetter,
  type MailDeadLetters,
  type MailReader,
  type SequenceRange,
} from '@switchboard/message-bus';
import { priorities } from '@switchboard/message-schema';
import { QueueFull } from '../lists/queue-errors.js';
import { QueueKeys } from '../lists/queue-keys.js';
import { type WorkerTuning } from '../lists/queue-worker.js';
import { type WorkQueue } from '../lists/work-queue.js';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { EffectEncoder } from '../streams/effect-encoder.js';
import { type Keys } from '../streams/keys.js';
import { auditEffects } from './audit-lines.js';
import { MailboxKeys } from './mailbox-keys.js';
import { ARRIVE, MISSING, NUMBER, REMEMBER } from './mailbox.lua.js';
import { RedisMailDeadLetters } from './redis-mail-dead-letters.js';
import { RedisMailReader } from './redis-mail-reader.js';
import { WITHDRAW } from './withdrawn.lua.js';

export interface MailboxParts {
  readonly command: Redis;
  readonly runner: ScriptRunner;
  readonly keys: Keys;
  readonly queueOf: (mailbox: string) => WorkQueue;
}

/** Mailboxes kept at hand; another one costs only its making. */
const MOST_KNOWN = 1_000;

interface Mailbox {
  readonly queue: WorkQueue;
  readonly queueKeys: QueueKeys;
  readonly keys: MailboxKeys;
}

/** Each mailbox is a work queue on lists; beside it lies what is known of its messages. */
export class RedisMailboxes implements Mailboxes {
  private readonly known = new Map<string, Mailbox>();

  constructor(
    private readonly parts: MailboxParts,
    private readonly options: { readonly partitions: number; readonly dedupWindowMs: number },
  ) {}

  async number(mailbox: string, sender: string, id: string): Promise<number> {
    const { keys } = this.open(mailbox);
    const names = [keys.numbers, ...keys.given, keys.arrived];
    const args = [sender, id, this.options.dedupWindowMs];
    return Number(await this.parts.runner.one({ script: NUMBER, keys: names, args }));
  }

  async put(mailbox: string, mail: Mail, audit: readonly AuditLine[]): Promise<'stored' | 'duplicate'> {
    try {
      return await this.open(mailbox).queue.put({ ...mail, effects: auditEffects(audit) });
    } catch (error) {
      throw error instanceof QueueFull ? new MailboxFull(mailbox) : error;
    }
  }

  reader(mailbox: string, name: string, buried: (data: string, reason: string) => void): MailReader {
    const onBuried: WorkerTuning['onBuried'] = (items) => {
      for (const { data, reason } of items) buried(data, reason);
    };
    return new RedisMailReader(mailbox, this.open(mailbox).queue.worker(name, { onBuried }));
  }

  async arrive(mailbox: string, { id, sender, sequence, priority }: Arrival): Promise<ArrivalVerdict> {
    const { keys } = this.open(mailbox);
    const names = [keys.arrived, ...keys.handled, keys.withdrawn[0]];
    const args = [id, sender, sequence ?? '', priority];
    const reply = (await this.parts.runner.one({ script: ARRIVE, keys: names, args })) as [string, number];
    return { state: reply[0] as ArrivalVerdict['state'], hole: reply[1] === 1 };
  }

  async remember(mailbox: string, { id, sender, sequence, priority }: Arrival): Promise<void> {
    const { keys } = this.open(mailbox);
    const args = [id, sender, sequence ?? '', priority, this.options.dedupWindowMs];
    const names = [keys.arrived, ...keys.handled, ...keys.withdrawn];
    await this.parts.runner.one({ script: REMEMBER, keys: names, args });
  }

  async wasHandled(mailbox: string, id: string): Promise<boolean> {
    const found = await Promise.all(this.open(mailbox).keys.handled.map((key) => this.parts.command.hexists(key, id)));
    return found.includes(1);
  }

  async withdraw(
    mailbox: string,
    letter: MailDeadLetter,
    audit: readonly AuditLine[],
  ): Promise<'withdrawn' | 'handled'> {
    const { keys } = this.open(mailbox);
    const encoder = new EffectEncoder(this.parts.keys, keys.partition);
    const args: (string | number)[] = [letter.id, JSON.stringify(letter)];
    encoder.encode(auditEffects(audit), letter.id, args);
    const names = [...keys.handled, ...keys.withdrawn, ...encoder.keys];
    return (await this.parts.runner.one({ script: WITHDRAW, keys: names, args })) === 1 ? 'withdrawn' : 'handled';
  }

  async missing(mailbox: string, sender: string): Promise<{ ranges: SequenceRange[]; open: boolean }> {
    const { keys, queue } = this.open(mailbox);
    // What was delayed, or is in a living reader's hands, has arrived before.
    const { waiting } = await queue.counts();
    const possible = priorities.filter((priority) => waiting[priority] > 0);
    const args = [sender, ...possible];
    const reply = (await this.parts.runner.one({ script: MISSING, keys: [keys.arrived], args })) as number[];
    return { ranges: rangesOf(reply.slice(1)), open: reply[0] === 1 };
  }

  deadLetters(mailbox: string): MailDeadLetters {
    const { queue, keys, queueKeys } = this.open(mailbox);
    return new RedisMailDeadLetters(queue.deadLetters, this.parts, keys, queueKeys);
  }

  private open(mailbox: string): Mailbox {
    let found = this.known.get(mailbox);
    if (!found) {
      const keys = new MailboxKeys(this.parts.keys, mailbox, this.options.partitions);
      const queueKeys = new QueueKeys(this.parts.keys, mailbox, this.options.partitions);
      this.known.set(mailbox, (found = { queue: this.parts.queueOf(mailbox), queueKeys, keys }));
      if (this.known.size > MOST_KNOWN) this.known.delete(this.known.keys().next().value as string);
    }
    return found;
  }
}

/** 3, 4, 5, 9 becomes 3–5 and 9–9. */
function rangesOf(numbers: readonly number[]): SequenceRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const n of numbers) {
    const last = ranges[ranges.length - 1];
    if (last && last.to === n - 1) last.to = n;
    else ranges.push({ from: n, to: n });
  }
  return ranges;
}
