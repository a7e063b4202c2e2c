import { type OwnedPartition } from '../partition/owned-partition.js';
import { compareEntryIds } from '../partition/entry-id.js';
import { type Turn } from '../turn/turn.js';
import { type WaitingMessage } from './waiting-message.js';

/**
 * `idle`: nothing waits. `collecting`: waits for quiet. `ready`: queued for a turn. `running`: a turn is under way or
 * being committed. `resting`: waits before a retry. `parked`: waits for a person.
 */
export type LaneState = 'idle' | 'collecting' | 'ready' | 'running' | 'resting' | 'parked';

/** What one turn may take. */
export interface BatchLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** A turn that has taken this long may take much longer. */
const LONG_TURN_MS = 1_000;

/** About what the id of one spilled entry takes in memory. */
export const SPILLED_BYTES = 48;

/** One conversation in this process: its waiting messages in order, and at most one turn at a time. */
export class Lane {
  state: LaneState = 'idle';
  timer: NodeJS.Timeout | undefined;
  turn: Turn | undefined;
  /** Monotonic time at which its latest burst was complete, ms. */
  collectedAtMs = 0;
  /** Failures in a row. */
  failures = 0;
  bytes = 0;
  /** Ids of entries after the queue whose content is left in the store. */
  readonly spilled: string[] = [];
  private queue: WaitingMessage[] = [];
  /** Until this entry is handled, turns take one message each. */
  private isolatedThrough: string | undefined;

  constructor(
    readonly key: string,
    readonly partition: OwnedPartition,
  ) {}

  get length(): number {
    return this.queue.length + this.spilled.length;
  }

  get loaded(): number {
    return this.queue.length;
  }

  get oldest(): WaitingMessage | undefined {
    return this.queue[0];
  }

  /** True when the next batch may hold a message that killed an earlier owner. */
  mayKill(most: number): boolean {
    for (let i = 0; i < this.queue.length && i < most; i++) if (this.queue[i]?.mayKill) return true;
    return false;
  }

  get newest(): WaitingMessage | undefined {
    return this.queue[this.queue.length - 1];
  }

  /** Memory this lane holds, ids of spilled entries included. */
  heldBytes(): number {
    return this.bytes + this.spilled.length * SPILLED_BYTES;
  }

  push(message: WaitingMessage): void {
    // An array that grows from empty reserves room for many; most lanes hold one message.
    if (this.queue.length === 0) this.queue = [message];
    else this.queue.push(message);
    this.bytes += message.bytes;
  }

  /** A pause or a long turn keeps what waits from being handled for a while. */
  get isHeldUp(): boolean {
    if (this.queue.length <= 1) return false;
    if (this.state === 'running') return this.turn !== undefined && this.turn.ageMs > LONG_TURN_MS;
    return this.state === 'resting';
  }

  /** Leaves the content of what was not tried yet in the store, except the oldest's; answers the bytes set free. */
  spill(): number {
    const tried = this.queue.findLastIndex((message) => message.attempts > 0 || message.attemptsStored);
    const spilled = this.queue.splice(Math.max(1, tried + 1));
    let bytes = 0;
    for (const message of spilled) bytes += message.bytes;
    this.bytes -= bytes;
    this.spilled.unshift(...spilled.map(({ entry }) => entry.entryId));
    return bytes - spilled.length * SPILLED_BYTES;
  }

  /** Lets go of everything that waits; it stays pending in the store. */
  clear(): void {
    this.queue = [];
    this.spilled.length = 0;
    this.bytes = 0;
  }

  /** Puts the messages of a failed turn back where they were. */
  putBack(messages: readonly WaitingMessage[]): void {
    this.queue.unshift(...messages);
    for (const { bytes } of messages) this.bytes += bytes;
  }

  /** Takes the next batch: one message while a poisonous one is looked for, else as many as the limits allow. */
  take(limits: BatchLimits): WaitingMessage[] {
    const most = this.isolatedThrough ? 1 : limits.maxMessages;
    let count = 0;
    let bytes = 0;
    for (const message of this.queue) {
      if (count >= most || (count > 0 && bytes + message.bytes > limits.maxBytes)) break;
      bytes += message.bytes;
      count++;
    }
    this.bytes -= bytes;
    if (count === this.queue.length) {
      const all = this.queue;
      this.queue = [];
      return all;
    }
    return this.queue.splice(0, count);
  }

  /** From now on one message a turn, until all of these are handled. */
  isolate(messages: readonly WaitingMessage[]): void {
    const last = messages[messages.length - 1]?.entry.entryId;
    if (last && (!this.isolatedThrough || compareEntryIds(last, this.isolatedThrough) > 0)) this.isolatedThrough = last;
  }

  /** These messages are done with, in whichever way. */
  settled(messages: readonly WaitingMessage[]): void {
    this.failures = 0;
    const last = messages[messages.length - 1]?.entry.entryId;
    if (this.isolatedThrough && last && compareEntryIds(last, this.isolatedThrough) >= 0) {
      this.isolatedThrough = undefined;
    }
  }
}
