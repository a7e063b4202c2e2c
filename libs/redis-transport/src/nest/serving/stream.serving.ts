import {
  Consumer,
  consumerDefaults,
  type ConsumerOptions,
  deadLetterEffect,
  deadLetterOf,
  type DeliveryObserver,
  type StreamStore,
  type Turn,
} from '@switchboard/delivery';
import { contractOf, deadLetterStream } from '@switchboard/message-schema';
import { type StreamExtras } from '../handlers/handler-extras.js';
import { type ServedPattern } from './served-pattern.js';
import { readBatch, type Unreadable } from './read-batch.js';
import { type StreamTurns } from './stream-turns.js';

/** What holds for all streams of a server unless the decorator says otherwise. */
export type ConsumerSettings = Partial<Omit<ConsumerOptions, 'stream' | 'group' | 'member' | 'deadLetterStream'>>;

export interface StreamParts {
  readonly store: StreamStore;
  readonly turns: StreamTurns;
  readonly member: string;
  readonly settings: ConsumerSettings;
  readonly observer: DeliveryObserver;
}

/** A stream handler at work: one consumer of the engine. */
export class StreamServing implements ServedPattern {
  private readonly consumer: Consumer;
  private readonly options: ConsumerOptions;

  constructor(
    private readonly extras: StreamExtras,
    private readonly parts: StreamParts,
  ) {
    const stream = parts.turns.streamName(contractOf(extras.messageClass).stream);
    this.options = {
      ...consumerDefaults,
      ...parts.settings,
      ...extras.tuning,
      stream,
      group: extras.group,
      member: parts.member,
      deadLetterStream: deadLetterStream(stream),
    };
    this.consumer = new Consumer(parts.store, this.options, (turn) => this.handle(turn), parts.observer);
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  stop(): Promise<void> {
    return this.consumer.stop();
  }

  check(): void {
    if (!this.consumer.alive) throw new Error('a consumer does not reach its store');
  }

  private handle(turn: Turn): Promise<void> {
    const { batch, unreadable } = readBatch(this.extras.messageClass, turn.messages);
    if (unreadable.length === 0) return this.parts.turns.run(turn, batch);
    // Alone, or where its conversation is to wait for a person, the engine itself gives a message up.
    if (turn.messages.length === 1 || this.options.onGiveUp === 'park') return Promise.reject(unreadable[0]?.error);
    const handled = batch.length > 0 ? this.parts.turns.run(turn, batch) : Promise.resolve();
    return handled.then(() => this.bury(turn, unreadable));
  }

  /** Dead letters of a batch's unreadable messages, with the commit of the others. */
  private bury(turn: Turn, unreadable: readonly Unreadable[]): void {
    const { lease } = turn.partition;
    const { deadLetterStream, onDeadLetter } = this.options;
    for (const { message, error } of unreadable) {
      const { entryId, id, data, attempt } = message;
      const letter = deadLetterOf(lease, { entryId, key: turn.key, id, data }, 'unrecoverable', attempt, error);
      turn.emit(deadLetterEffect(letter, deadLetterStream));
      for (const effect of onDeadLetter?.(letter) ?? []) turn.emit(effect);
      this.parts.observer.deadLettered?.(letter);
    }
  }
}
