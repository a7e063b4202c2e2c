/** An address that is neither an agent's nor a role's. */
export class UnknownAddress extends Error {
  readonly code = 'UNKNOWN_ADDRESS';

  constructor(readonly address: string) {
    super(`${address} is no address: use an agent id, "agent:<id>" or "role:<role>"`);
    this.name = 'UnknownAddress';
  }
}

/**
 * The receiver did not acknowledge in time, after all retries. The message is a dead letter and will not be handed out any
 * more; a receiver that had it in hand by then may still handle it, which takes it from the dead letters.
 */
export class NotAcknowledged extends Error {
  readonly code = 'NOT_ACKNOWLEDGED';

  constructor(
    readonly messageId: string,
    readonly attempts: number,
  ) {
    super(`message ${messageId} was sent ${attempts} times and never acknowledged`);
    this.name = 'NotAcknowledged';
  }
}

/** An executive cannot escalate: nobody stands above. The delivery is still the receiver's. */
export class NobodyAbove extends Error {
  readonly code = 'NOBODY_ABOVE';

  constructor(readonly messageId: string) {
    super(`message ${messageId} is with the executives already; there is no level above`);
    this.name = 'NobodyAbove';
  }
}

/** No agent under this address answers requests now; nothing was handled. */
export class NobodyAnswers extends Error {
  readonly code = 'NOBODY_ANSWERS';

  constructor(readonly agent: string) {
    super(`nobody answers requests to ${agent}`);
    this.name = 'NobodyAnswers';
  }
}

/** The answer did not come in time; the request may have been handled. */
export class RequestTimedOut extends Error {
  readonly code = 'REQUEST_TIMED_OUT';

  constructor(
    readonly agent: string,
    readonly timeoutMs: number,
  ) {
    super(`${agent} did not answer within ${timeoutMs} ms`);
    this.name = 'RequestTimedOut';
  }
}

/** The agent that was asked answered with an error: its own code and words, without its stack. */
export class RequestRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}

/** The bus was closed; nothing more can be sent or received. */
export class BusClosed extends Error {
  readonly code = 'BUS_CLOSED';

  constructor() {
    super('the message bus is closed');
    this.name = 'BusClosed';
  }
}

/** The mailbox holds too much that nobody has taken; nothing was stored. */
export class MailboxFull extends Error {
  readonly code = 'MAILBOX_FULL';

  constructor(readonly mailbox: string) {
    super(`${mailbox} has reached its limit`);
    this.name = 'MailboxFull';
  }
}

/** The store did not take the message in time; it may or may not be stored. Sending the same id again stores it once. */
export class NotStored extends Error {
  readonly code = 'NOT_STORED';

  constructor(
    readonly messageId: string,
    options?: ErrorOptions,
  ) {
    super(`message ${messageId} could not be stored; send it again with the same message_id`, options);
    this.name = 'NotStored';
  }
}

/** The delivery is someone else's now, since this receiver was not heard of for too long; nothing was settled. */
export class TakenAway extends Error {
  readonly code = 'TAKEN_AWAY';

  constructor(readonly mailbox: string) {
    super(`the message was taken away from this receiver of ${mailbox}`);
    this.name = 'TakenAway';
  }
}

/** This bus listens to the stream as a member of the group already; a second listener of the group needs a bus of its own. */
export class ListenerExists extends Error {
  readonly code = 'LISTENER_EXISTS';

  constructor(
    readonly stream: string,
    readonly group: string,
  ) {
    super(`this event bus listens to ${stream} as group ${group} already; use its concurrency, or another group`);
    this.name = 'ListenerExists';
  }
}
