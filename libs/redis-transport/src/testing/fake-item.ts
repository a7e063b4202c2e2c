import { type LogEffect } from '@switchboard/delivery';
import { contractOf, encode, type Envelope, type Priority } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type ItemOfHandler, WorkContext } from '../nest/contexts/work-context.js';
import { type TestDraft, testMessage } from './fake-turn.js';
import { linesOf } from './log-lines.js';

export interface FakeItemOptions {
  /** The message's id by default, else `item-1`. */
  readonly id?: string;
  /** 1 by default. */
  readonly attempt?: number;
  /** The message's own by default, else `normal`. */
  readonly priority?: Priority;
}

/** An item that no queue holds: what a work handler is given, and what it left behind. */
export class FakeItem implements ItemOfHandler {
  readonly id: string;
  readonly attempt: number;
  readonly priority: Priority;
  /** Messages for the next stage, in the order in which they were emitted. */
  readonly emitted: Envelope[] = [];
  private readonly effects: LogEffect[] = [];
  private readonly abortion = new AbortController();

  constructor(
    readonly queue: string,
    /** What the queue would hold. */
    readonly data: string,
    { id = 'item-1', attempt = 1, priority = 'normal' }: FakeItemOptions,
  ) {
    this.id = id;
    this.attempt = attempt;
    this.priority = priority;
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  /** As when the item is taken away from its worker. */
  abort(reason?: unknown): void {
    this.abortion.abort(reason);
  }

  /** Lines of an audit trail as objects, for example of `audit:messages`. */
  lines<T = unknown>(stream: string): T[] {
    return linesOf<T>(this.effects, stream);
  }

  /** The item's end, with all that is written then. */
  done({ outputs, lines }: WorkContext): void {
    this.emitted.push(...outputs);
    this.effects.push(...lines);
  }
}

/**
 * An item of a queue; with a message class a message of it, by default in the queue that is named for its stream. A text
 * instead of a draft stands for an item as it is stored, to try what cannot be read.
 *
 * @throws InvalidMessageError when a draft does not fit its class
 */
export function fakeItem<P extends object>(
  messageClass: ClassConstructor<P>,
  draft: NoInfer<TestDraft<P>> | string,
  options?: FakeItemOptions & { readonly queue?: string },
): FakeItem;
export function fakeItem(queue: string, body: unknown, options?: FakeItemOptions): FakeItem;
export function fakeItem(
  channel: string | ClassConstructor<object>,
  body: unknown,
  options: FakeItemOptions & { readonly queue?: string } = {},
): FakeItem {
  if (typeof channel === 'string') return new FakeItem(channel, JSON.stringify(body ?? null), options);
  const queue = options.queue ?? contractOf(channel).stream;
  if (typeof body === 'string') return new FakeItem(queue, body, options);
  const message = testMessage(channel, body as TestDraft<object>);
  const { message_id: id, priority } = message;
  return new FakeItem(queue, encode(message), { id, priority, ...options });
}
