export interface TopicMessage {
  /** Without the key prefix. */
  readonly topic: string;
  readonly data: string;
}

/**
 * Ends (`done`) after `return()` at once, and after the signal's abort or `Topics.close()` when what has arrived is read.
 * Throws the error when Redis refuses the subscription.
 */
export interface Subscription extends AsyncIterableIterator<TopicMessage> {
  /** Resolves when Redis has confirmed it: whatever is published later arrives. Rejects when Redis refuses it. */
  readonly ready: Promise<void>;
  /** Messages dropped because the reader was slow. */
  readonly dropped: number;
  /** How often messages may have been missed. */
  readonly gaps: number;
  return(): Promise<IteratorResult<TopicMessage>>;
}
