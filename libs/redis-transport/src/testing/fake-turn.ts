import { type Effect, type LogEffect, type TurnMessage } from '@switchboard/delivery';
import { type Draft, encode, type Envelope, envelopeOf } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { TurnContext, type TurnOfHandler } from '../nest/contexts/turn-context.js';
import { linesOf } from './log-lines.js';

/** A message for a test: the payload, and whatever else matters there. */
export type TestDraft<P extends object> = Partial<Draft<P>> & Pick<Draft<P>, 'payload'>;

export interface FakeTurnOptions {
  /** 1 by default. */
  readonly attempt?: number;
}

const unsaid = {
  from_agent: 'test:sender',
  to_agent: 'test:receiver',
  property_id: 'demo',
  conversation_id: 'test:conversation',
};

/** A complete message from a test's draft. @throws InvalidMessageError when it does not fit its class */
export function testMessage<P extends object>(messageClass: ClassConstructor<P>, draft: TestDraft<P>): Envelope<P> {
  return envelopeOf<object>(messageClass, { ...unsaid, ...draft }) as Envelope<P>;
}

/** A turn that no engine runs: what a handler is given, and what it emitted. */
export class FakeTurn<P extends object = object> implements TurnOfHandler {
  readonly effects: Effect[] = [];
  /** The batch as the handler sees it, when the handler is called directly. */
  readonly context: TurnContext;
  /** Messages of the batch that could not be read; the handler did not get them. */
  readonly unreadable: TurnMessage[] = [];
  private readonly abortion = new AbortController();

  constructor(
    readonly messageClass: ClassConstructor<P>,
    readonly messages: readonly TurnMessage[],
    readonly batch: Envelope<P>[],
  ) {
    this.context = new TurnContext(this, batch, { group: 'test-group', streamName: (stream) => stream });
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  /** As when the partition moves to another process or newer messages come. */
  abort(reason?: unknown): void {
    this.abortion.abort(reason);
  }

  /** Messages for the next stage, in the order in which they were emitted. */
  get emitted(): Envelope[] {
    return this.effects.flatMap((effect) => (effect.kind === 'message' ? [JSON.parse(effect.data) as Envelope] : []));
  }

  /** Lines of a log as objects, for example of `audit:messages` or `feed:demo`. */
  lines<T = unknown>(stream: string): T[] {
    const isLog = (effect: Effect): effect is LogEffect => effect.kind === 'log';
    return linesOf<T>(this.effects.filter(isLog), stream);
  }
}

/**
 * A turn with these messages, oldest first; a text stands for a stored entry as it is, to try what cannot be read.
 *
 * @throws InvalidMessageError when a draft does not fit its class
 */
export function fakeTurn<P extends object>(
  messageClass: ClassConstructor<P>,
  drafts: readonly (NoInfer<TestDraft<P>> | string)[],
  { attempt = 1 }: FakeTurnOptions = {},
): FakeTurn<P> {
  const batch: Envelope<P>[] = [];
  const messages = drafts.map((draft, i): TurnMessage => {
    const stored = { entryId: `${i + 1}-0`, attempt, redelivered: attempt > 1, appendedAtMs: Date.now() };
    if (typeof draft === 'string') return { ...stored, id: `unreadable-${i + 1}`, data: draft };
    const message = testMessage(messageClass, draft);
    batch.push(message);
    return { ...stored, id: message.message_id, data: encode(message) };
  });
  return new FakeTurn(messageClass, messages, batch);
}
