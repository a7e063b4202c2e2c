import { type AgentMessage } from '@switchboard/message-schema';
import { type BroadcastDraft } from './message-bus.js';

/** One event as its handler gets it. */
export interface EventContext {
  /** Where the event lies in its stream; `replay` begins behind it. */
  readonly entryId: string;
  /** 1 at the first try. */
  readonly attempt: number;
  /** Aborted when the work has become useless: another member has the event now. */
  readonly signal: AbortSignal;
}

/** Returning is done; throwing decides between a retry after a pause and a dead letter. */
export type EventHandler = (event: AgentMessage, context: EventContext) => void | Promise<void>;

export interface EventListenerOptions {
  /** Attempts before an event becomes a dead letter; 5 by default. */
  readonly maxAttempts?: number;
  /** Pause before the second attempt, ms; doubles, with jitter, up to `maxBackoffMs`. */
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** Handlers running at once in this process. */
  readonly concurrency?: number;
}

export interface EventListener {
  /** Lets running handlers finish and gives the rest back to the group. */
  stop(): Promise<void>;
}

/** An event that a group gave up. */
export interface EventDeadLetter {
  /** To replay or discard it. */
  readonly id: string;
  readonly group: string;
  /** The message id of the event. */
  readonly messageId: string;
  readonly reason: string;
  /** What the handler threw last, if it threw. */
  readonly error?: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly failedAt: string;
}

/**
 * Events that must arrive, on the streams `events:{category}:{type}`. Each group gets every event once, at-least-once,
 * over any number of members; events of one conversation (`conversation_id`, else the sender) in order. What a group
 * gives up lies in `events:{category}:{type}:dead_letter` with its error and `failed_at`.
 */
export abstract class EventBus {
  /**
   * Resolves when the event is stored; the same message id is stored once within the deduplication window.
   * @throws Unavailable when it could not be stored.
   */
  abstract publish(stream: string, draft: BroadcastDraft): Promise<AgentMessage>;

  /**
   * Handles a stream's events as a member of a group; a new group begins at the oldest event kept.
   *
   * @throws ListenerExists when this bus is a member of the group already.
   * @throws BusClosed once the bus is closing.
   */
  abstract on(
    stream: string,
    group: string,
    handler: EventHandler,
    options?: EventListenerOptions,
  ): Promise<EventListener>;

  /** Lets one group handle again every event since a moment, or behind an entry id; other groups notice nothing. */
  abstract replay(stream: string, group: string, from: Date | string): Promise<void>;

  /** The newest dead letters of a stream first, at most `limit` (100). */
  abstract deadLetters(stream: string, limit?: number): Promise<EventDeadLetter[]>;

  /** Hands dead letters to the groups that gave them up once more: all, or the one named. Answers how many. */
  abstract replayDeadLetters(stream: string, id?: string): Promise<number>;

  /** Drops a dead letter for good; false when it is gone. */
  abstract discardDeadLetter(id: string): Promise<boolean>;

  /** Takes no more listeners and stops those there are; handlers that finish may publish, then that ends, too. */
  abstract close(): Promise<void>;
}
