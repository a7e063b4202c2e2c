/** The stream exists with another number of partitions; order per conversation would break, so the start is refused. */
export class PartitionCountMismatchError extends Error {
  readonly code = 'PARTITION_COUNT_MISMATCH';

  constructor(
    readonly stream: string,
    readonly stored: number,
    readonly asked: number,
  ) {
    super(
      `Stream ${stream} has ${stored} partitions, this service was started with PARTITIONS=${asked}. ` +
        `Set PARTITIONS=${stored}; to change the number, drain the stream, stop all services and delete its keys.`,
    );
    this.name = 'PartitionCountMismatchError';
  }
}

/** Thrown by a handler: not now, try the same messages again after `afterMs`. Costs no attempt. */
export class RetryLater extends Error {
  readonly code = 'RETRY_LATER';

  constructor(
    readonly afterMs: number,
    message = 'the handler asked to be called later',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RetryLater';
  }
}

/** Thrown by a handler: no retry can help, the messages are dead letters at once. */
export class Unrecoverable extends Error {
  readonly code = 'UNRECOVERABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unrecoverable';
  }
}

/** Why a running turn's signal was aborted: the partition belongs to someone else now. */
export class LeaseLost extends Error {
  readonly code = 'LEASE_LOST';

  constructor() {
    super('the partition was taken over by another member');
    this.name = 'LeaseLost';
  }
}

/** Why a running turn's signal was aborted: newer messages of the conversation arrived (`onNewer: 'abort'`). */
export class Superseded extends Error {
  readonly code = 'SUPERSEDED';

  constructor() {
    super('newer messages of the conversation arrived');
    this.name = 'Superseded';
  }
}

/** The store does not take input now; nothing was stored. Try again after `retryAfterMs`. */
export class Unavailable extends Error {
  readonly code = 'UNAVAILABLE';

  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Unavailable';
  }
}

/** The store will never take this message; nothing was stored and trying again is in vain. */
export class Refused extends Error {
  readonly code = 'REFUSED';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refused';
  }
}
