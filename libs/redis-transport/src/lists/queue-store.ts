import { type LogEffect } from '@switchboard/delivery';
import { priorities, type Priority } from '@switchboard/message-schema';
import { QUEUE_KEEP } from '../scripts/queue-keep.lua.js';
import { QUEUE_PUT } from '../scripts/queue-put.lua.js';
import { QUEUE_SETTLE } from '../scripts/queue-settle.lua.js';
import { QUEUE_TAKE } from '../scripts/queue-take.lua.js';
import { type ReplicaWait, type ScriptRunner } from '../scripts/script-runner.js';
import { type Script } from '../scripts/script.js';
import { EffectEncoder } from '../streams/effect-encoder.js';
import { type Keys } from '../streams/keys.js';
import { type QueueKeys } from './queue-keys.js';

export interface NewItem {
  readonly id: string;
  readonly data: string;
  readonly priority: Priority;
  readonly delayMs: number;
  readonly effects: readonly LogEffect[];
}

/** Who takes: its name in keys, and one life of it. */
export interface WorkerSeat {
  readonly name: string;
  readonly session: string;
}

export interface TakenRecord {
  readonly id: string;
  readonly data: string;
  readonly priority: Priority;
  readonly attempt: number;
  /** What the queue has noted about this take; nobody else's take has it. */
  readonly token: string;
}

/** An item that became a dead letter because its last worker died. */
export interface BuriedItem {
  readonly id: string;
  readonly data: string;
  readonly attempts: number;
  readonly reason: string;
}

export interface TakeReply {
  readonly items: TakenRecord[];
  /** What this call made dead letters; each is told once, and not at all when the reply is lost. */
  readonly buried: BuriedItem[];
  /** When nothing was taken: ms until something falls due, nothing when nothing will. */
  readonly nextMs: number | undefined;
}

export type Settlement =
  | { readonly action: 'done'; readonly effects: readonly LogEffect[] }
  | { readonly action: 'retry' | 'later'; readonly delayMs: number }
  | { readonly action: 'bury'; readonly reason: string }
  | { readonly action: 'back' };

export type Settled = 'settled' | 'gone' | 'taken away';

/** The scripts of one queue as functions. All of them throw what Redis or the connection says. */
export class QueueStore {
  private takes = 0;

  constructor(
    private readonly runner: ScriptRunner,
    private readonly names: Keys,
    readonly keys: QueueKeys,
  ) {}

  /** For each item 1 stored, 0 duplicate, -1 full. `runner` is the one whose connection waits for replicas. */
  async put(
    items: readonly NewItem[],
    limits: { dedupWindowMs: number; backlogLimit: number },
    runner: ScriptRunner,
    wait?: ReplicaWait,
  ): Promise<number[]> {
    const encoder = new EffectEncoder(this.names, this.keys.partition);
    const args: (string | number)[] = [limits.dedupWindowMs, limits.backlogLimit, this.keys.wakeChannel, items.length];
    for (const { id } of items) args.push(id);
    for (const { priority, delayMs, data, effects } of items) {
      args.push(priorities.indexOf(priority) + 1, Math.max(0, Math.ceil(delayMs)), data);
      encoder.encode(effects, '', args);
    }
    const keys = [...this.keys.all(), ...this.keys.dedup, ...encoder.keys];
    const [result] = await runner.run([{ script: QUEUE_PUT, keys, args }], wait);
    if (!result || 'error' in result) throw result?.error ?? new Error('no reply');
    return result.reply as number[];
  }

  /** With `want` 0 a call that reached this worker is passed on. */
  async take(
    seat: WorkerSeat,
    want: number,
    tuning: { visibilityMs: number; lookEveryMs: number; maxAttempts: number },
  ): Promise<TakeReply> {
    const end = `${seat.session} ${(this.takes += 1)} ${seat.name}`;
    const reply = (await this.call(QUEUE_TAKE, seat.name, [
      want,
      end,
      seat.session,
      tuning.visibilityMs,
      tuning.lookEveryMs * 2,
      tuning.maxAttempts,
      this.keys.wakeChannel,
      this.keys.processing,
    ])) as [number, (string | number)[], ...(string | number)[]];
    const items: TakenRecord[] = [];
    for (let i = 2; i < reply.length; i += 4) {
      const [id, place, attempt, data] = reply.slice(i, i + 4) as [string, number, number, string];
      const token = `${attempt} ${place} ${end}`;
      items.push({ id, data, priority: priorities[place - 1] as Priority, attempt, token });
    }
    return { items, buried: buriedOf(reply[1]), nextMs: reply[0] < 0 ? undefined : reply[0] };
  }

  async settle(
    worker: string,
    items: readonly (Settlement & { readonly id: string; readonly token: string })[],
  ): Promise<Settled[]> {
    const encoder = new EffectEncoder(this.names, this.keys.partition);
    const args: (string | number)[] = [this.keys.wakeChannel, items.length];
    for (const { id } of items) args.push(id);
    for (const { token } of items) args.push(token);
    for (const item of items) {
      args.push(item.action, argumentOf(item));
      encoder.encode(item.action === 'done' ? item.effects : [], '', args);
    }
    const keys = [...this.keys.all(worker), ...encoder.keys];
    const reply = (await this.runner.one({ script: QUEUE_SETTLE, keys, args })) as number[];
    return reply.map((code) => (code === 1 ? 'settled' : code === 0 ? 'gone' : 'taken away'));
  }

  /** Heartbeat; answers the ids that are lost. A life of 0 ms ends the session. */
  async keep(
    seat: WorkerSeat,
    liveMs: number,
    visibilityMs: number,
    items: readonly { id: string; token: string }[],
  ): Promise<string[]> {
    const ids = items.map(({ id }) => id);
    const tokens = items.map(({ token }) => token);
    const args = [seat.session, liveMs, visibilityMs, items.length, ...ids, ...tokens];
    return (await this.call(QUEUE_KEEP, seat.name, args)) as string[];
  }

  private call(script: Script, worker: string, args: (string | number)[]): Promise<unknown> {
    return this.runner.one({ script, keys: this.keys.all(worker), args });
  }
}

function buriedOf(reply: readonly (string | number)[]): BuriedItem[] {
  const buried: BuriedItem[] = [];
  for (let i = 0; i < reply.length; i += 4) {
    const [id, data, attempts, reason] = reply.slice(i, i + 4) as [string, string, number, string];
    buried.push({ id, data, attempts, reason });
  }
  return buried;
}

function argumentOf(item: Settlement): string | number {
  if (item.action === 'bury') return item.reason;
  return 'delayMs' in item ? Math.max(0, Math.ceil(item.delayMs)) : '';
}
