import { Unavailable } from '@switchboard/delivery';
import { Breaker } from './breaker.js';
import { ConversationTurns } from './conversation-turns.js';
import { Drainer } from './drainer.js';
import { type Spool } from './spool.js';
import { harmlessObserver, type SpoolObserver } from './spool-observer.js';
import { type Carried, type Destination, type SpooledMessage } from './spooled-message.js';

export interface SpoolingOptions {
  /** The destination counts as away when a message is not stored after this time. */
  readonly patienceMs: number;
  /** Messages read from the spool at once. */
  readonly page: number;
  /** Longest pause between two tries of a destination that is away. */
  readonly maxPauseMs: number;
}

export const spoolingDefaults: SpoolingOptions = { patienceMs: 500, page: 500, maxPauseMs: 2_000 };

/** What became of a message: whether it had been there before, and whether it waits in the spool. */
export interface Taken {
  readonly duplicate: boolean;
  readonly spooled: boolean;
}

/** One conversation's messages of a request; `rest` could not go to the destination. */
interface Share<T> {
  readonly messages: readonly { readonly message: T; readonly place: number }[];
  rest: number;
}

/**
 * Publishes messages, and keeps them on the disk while their destination is away. The order within a conversation is that
 * in which the requests came: while the spool holds anything of a conversation, what comes goes behind it.
 */
export class SpoolingPublisher<T> {
  private readonly breaker: Breaker;
  private readonly drainer: Drainer<T>;
  private readonly turns = new ConversationTurns();

  constructor(
    private readonly spool: Spool,
    private readonly carried: Carried<T>,
    private readonly destination: Destination<T>,
    private readonly observer: SpoolObserver = harmlessObserver,
    private readonly options: SpoolingOptions = spoolingDefaults,
  ) {
    this.breaker = new Breaker((open) => this.turned(open));
    this.drainer = new Drainer({ spool, carried, destination, breaker: this.breaker, observer }, options);
  }

  /** False while the destination is known to be away. */
  get direct(): boolean {
    return !this.breaker.isOpen;
  }

  /** Begins to drain what the spool holds. @param away the destination did not answer just now. */
  start(away: boolean): void {
    if (away) this.breaker.trip();
    this.drainer.start();
  }

  /** Goes on draining while that succeeds, at most for `graceMs`, then stops; what is left stays on the disk. */
  stop(graceMs: number): Promise<void> {
    return this.drainer.stop(graceMs);
  }

  /**
   * Resolves when each of the messages is stored durably, at the destination or on the disk.
   *
   * @throws SpoolFull or SpoolUnwritable when neither takes them all: the request is to be repeated as a whole.
   * @throws whatever the destination throws for a message that it will never take.
   */
  async publish(messages: readonly T[]): Promise<Taken[]> {
    const shares = this.shares(messages);
    const turn = this.turns.take(new Set(shares.keys()));
    try {
      if (turn.before) await turn.before;
      const taken = new Array<Taken>(messages.length);
      await this.sendDirectly(shares, taken);
      const left = [...shares.values()].flatMap(({ messages: own, rest }) => own.slice(rest));
      if (left.length === 0) return taken;
      const storing = this.spool.append(left.map(({ message }) => this.spooled(message)));
      // Its place in the spool is taken: who comes next may queue behind it.
      turn.end();
      (await storing).forEach((isNew, i) => {
        taken[left[i]?.place as number] = { duplicate: !isNew, spooled: true };
      });
      this.drainer.wake();
      return taken;
    } finally {
      turn.end();
    }
  }

  private shares(messages: readonly T[]): Map<string, Share<T>> {
    const shares = new Map<string, { messages: { message: T; place: number }[]; rest: number }>();
    messages.forEach((message, place) => {
      const conversation = this.carried.conversationOf(message);
      const share = shares.get(conversation);
      if (share) share.messages.push({ message, place });
      else shares.set(conversation, { messages: [{ message, place }], rest: 0 });
    });
    return shares;
  }

  /** Conversations side by side, each in order, until the destination is away. */
  private async sendDirectly(shares: ReadonlyMap<string, Share<T>>, taken: Taken[]): Promise<void> {
    if (this.breaker.isOpen) return;
    const results = await Promise.allSettled(
      [...shares].map(async ([conversation, share]) => {
        if (this.spool.holds(conversation)) return;
        for (const { message, place } of share.messages) {
          if (this.breaker.isOpen) return;
          const sending = this.destination.publish(message);
          const outcome = await this.breaker.fly(sending, this.patienceMs(), (error) => this.judge(error));
          if (outcome === 'away') return;
          taken[place] = { duplicate: outcome.duplicate, spooled: false };
          share.rest += 1;
        }
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Without a spool that takes it there is nothing better to do than to wait. */
  private patienceMs(): number | undefined {
    return this.spool.state.takes ? this.options.patienceMs : undefined;
  }

  private judge(error: unknown): 'all' | 'one' | 'never' {
    if (!(error instanceof Unavailable)) return 'never';
    return this.destination.concernsAll?.(error) === false ? 'one' : 'all';
  }

  private spooled(message: T): SpooledMessage {
    const { carried } = this;
    return { id: carried.idOf(message), conversation: carried.conversationOf(message), body: carried.write(message) };
  }

  private turned(open: boolean): void {
    if (open) this.observer.opened?.();
    else this.observer.closed?.();
  }
}
