import { type WaitingMessage } from '../lane/waiting-message.js';
import { entryTimeMs } from '../partition/entry-id.js';
import { type OwnedPartition } from '../partition/owned-partition.js';
import { checkEffect, type Effect } from '../ports/effects.js';

/** One message as a handler sees it. */
export interface TurnMessage {
  readonly entryId: string;
  readonly id: string;
  readonly data: string;
  /** 1 at the first try. */
  readonly attempt: number;
  readonly redelivered: boolean;
  /** The server's time of the append, ms since 1970. */
  readonly appendedAtMs: number;
}

const none: readonly Effect[] = [];

/** One call of the handler: a batch of one conversation's messages, oldest first, and what is to happen with them. */
export class Turn {
  readonly messages: readonly TurnMessage[];
  readonly startedAtMs = performance.now();
  superseded = false;
  private emitted: Effect[] | undefined;
  private closed = false;
  private controller: AbortController | undefined;
  private detach: (() => void) | undefined;

  constructor(
    readonly key: string,
    readonly partition: OwnedPartition,
    readonly waiting: readonly WaitingMessage[],
    private readonly collectedAtMs: number,
  ) {
    this.messages = waiting.map((message) => new MessageOfTurn(message));
  }

  /** What the handler emitted. */
  get effects(): readonly Effect[] {
    return this.emitted ?? none;
  }

  get stream(): string {
    return this.partition.lease.stream;
  }

  get group(): string {
    return this.partition.lease.group;
  }

  /** Since the handler was called, ms. */
  get ageMs(): number {
    return performance.now() - this.startedAtMs;
  }

  /** From the append of each message to now, ms, without the time in which its burst was collected on purpose. */
  latenciesMs(): number[] {
    const now = Date.now();
    return this.waiting.map(({ entry, arrivedAtMs }) => {
      const collecting = Math.max(0, this.collectedAtMs - arrivedAtMs);
      return Math.max(0, now - entryTimeMs(entry.entryId) - collecting);
    });
  }

  /** Aborted when the work has become useless: the partition was taken over, or newer messages arrived. */
  get signal(): AbortSignal {
    return this.abortController().signal;
  }

  /** Something to happen together with the acknowledgement of this turn's messages, or not at all. @throws TypeError */
  emit(effect: Effect): void {
    checkEffect(effect);
    (this.emitted ??= []).push(effect);
  }

  supersede(reason: Error): void {
    if (this.closed) return;
    this.superseded = true;
    this.abortController().abort(reason);
  }

  /** The turn is over: lets go of the partition's signal. */
  close(): void {
    this.closed = true;
    this.detach?.();
  }

  /** Made at first use: most handlers never look at the signal. */
  private abortController(): AbortController {
    if (this.controller) return this.controller;
    const controller = (this.controller = new AbortController());
    const lost = this.partition.abort.signal;
    const follow = (): void => controller.abort(lost.reason);
    if (lost.aborted) follow();
    else lost.addEventListener('abort', follow, { once: true });
    this.detach = () => lost.removeEventListener('abort', follow);
    return controller;
  }
}

/** Reads from the waiting message, so that a turn makes little that must be collected. */
class MessageOfTurn implements TurnMessage {
  readonly attempt: number;

  constructor(private readonly waiting: WaitingMessage) {
    this.attempt = waiting.attempts + 1;
  }

  get entryId(): string {
    return this.waiting.entry.entryId;
  }

  get id(): string {
    return this.waiting.entry.id;
  }

  get data(): string {
    return this.waiting.entry.data;
  }

  get redelivered(): boolean {
    return this.waiting.redelivered;
  }

  get appendedAtMs(): number {
    return entryTimeMs(this.waiting.entry.entryId);
  }
}

/** Handles one turn. Returning is done; throwing decides (see `outcomeOf`). */
export type TurnHandler = (turn: Turn) => void | Promise<void>;
