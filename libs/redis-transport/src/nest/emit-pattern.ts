import { type Priority } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';

/** A broadcast, a work queue, or a message class, which travels on its stream. */
export type EmitPattern = string | TopicPattern | QueuePattern | ClassConstructor<object>;

export interface TopicPattern {
  readonly topic: string;
}

export interface QueuePattern {
  readonly queue: string;
  /** Identifies the item for deduplication; the message's id by default, else random. */
  readonly id?: string;
  readonly priority?: Priority;
  readonly delayMs?: number;
}

/** What a pattern means; a plain text is a topic, as with Nest's own Redis transport. @throws TypeError */
export function destinationOf(pattern: unknown): TopicPattern | QueuePattern | ClassConstructor<object> {
  if (typeof pattern === 'string') return { topic: pattern };
  if (typeof pattern === 'function') return pattern as ClassConstructor<object>;
  const { topic, queue } = (pattern ?? {}) as Partial<TopicPattern & QueuePattern>;
  if (typeof topic === 'string' || typeof queue === 'string') return pattern as TopicPattern | QueuePattern;
  throw new TypeError('emit takes a message class, { topic }, { queue } or the name of a topic');
}
