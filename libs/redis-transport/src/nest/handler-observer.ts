/** What became of one call of a handler of work, topics or requests. */
export interface HandlerReport {
  readonly kind: 'work' | 'topic' | 'request';
  /** As the decorator names it: the queue, the topic or its pattern, the address. */
  readonly channel: string;
  /** The handler, for people: `GuestController.onMessages`. */
  readonly owner: string;
  /**
   * Of an item: done, `retry` (a failed attempt, another follows), `later` (the handler asked for it; no attempt was
   * lost), `dead` (a dead letter now) or `lost` (another worker has it, or will). Of a broadcast or a request: done, or
   * `failed`, which nobody repeats. An item whose process died at its last attempt is told as `dead` by the process that
   * found it, with an error of the code `WORKER_DIED`.
   */
  readonly outcome: 'done' | 'retry' | 'later' | 'dead' | 'lost' | 'failed';
  /** From the arrival to the outcome, ms; about 0 with `WORKER_DIED`, as nobody saw that call end. */
  readonly durationMs: number;
  /** Of the message, where it has one and could be read. */
  readonly correlationId?: string;
  /** Why it is not done. Its own words may speak of the message. */
  readonly error?: unknown;
}

/** What a server tells of its handlers outside streams; those of streams report to the `DeliveryObserver`. Must not throw. */
export interface HandlerObserver {
  handled?(report: HandlerReport): void;
}
