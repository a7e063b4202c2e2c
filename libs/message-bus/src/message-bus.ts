import { type AgentDraft, type AgentMessage } from '@switchboard/message-schema';
import { type AuditTrail } from './audit-trail.js';
import { type Delivery } from './delivery.js';
import { type MailDeadLetters } from './ports/mailboxes.js';

/** A broadcast: its receiver is its topic. */
export type BroadcastDraft<P extends object = object> = Omit<AgentDraft<P>, 'to_agent' | 'sequence'>;
/** A direct message or a task. */
export type LetterDraft<P extends object = object> = Omit<AgentDraft<P>, 'sequence'>;
/** A request; the bus knows where the answer goes. */
export type RequestDraft<P extends object = object> = Omit<AgentDraft<P>, 'to_agent' | 'sequence' | 'reply_to'>;
/** An answer; whom it goes to and what it answers follow from the request. */
export type Answer<P extends object = object> = Pick<AgentDraft<P>, 'message_type' | 'payload'>;

export interface SendOptions {
  /** Wait for the receiver's acknowledgement, this long at the first try, in ms; twice as long at each further one. */
  readonly ackTimeoutMs?: number;
  /** How often to send again before the message is given up; 3 by default. */
  readonly retries?: number;
}

/** What became of a message that was sent. */
export interface Sent {
  /** As stored, with its sequence number. */
  readonly message: AgentMessage;
  /** This message id had been stored before; nothing was stored now. */
  readonly duplicate: boolean;
  /** The receiver has handled it. Only ever true when an acknowledgement was waited for. */
  readonly acknowledged: boolean;
}

export interface ReceiveOptions {
  /** Ends the iterator. */
  readonly signal?: AbortSignal;
  /** The agent that works on a role's queue, for the audit trail and escalations; the address itself by default. */
  readonly as?: string;
}

export interface SubscribeOptions {
  /** Ends the iterator. */
  readonly signal?: AbortSignal;
}

/** Broadcasts as they come. `ready` resolves when everything published from then on is heard. */
export interface Subscription extends AsyncIterableIterator<AgentMessage> {
  readonly ready: Promise<void>;
}

export interface RequestOptions {
  /** Longest wait for the answer, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Answers one request. Throwing answers with the error's `code` and message, never with its stack. */
export type RequestHandler = (
  request: AgentMessage,
  context: { readonly signal: AbortSignal },
) => Answer | Promise<Answer>;

export interface RespondOptions {
  /** What the agent can do, for those who ask (`capabilitiesOf`). */
  readonly capabilities?: readonly string[];
}

/** An agent that answers requests. */
export interface Responder {
  /** Answers what was asked already and takes no more. */
  stop(): Promise<void>;
}

/** How often each thing happened since the bus was opened. */
export interface BusCounters {
  readonly sent: number;
  readonly delivered: number;
  readonly duplicates: number;
  readonly expired: number;
  readonly unreadable: number;
  /** Messages that never came, by their sequence numbers. */
  readonly missing: number;
  readonly notAcknowledged: number;
  /** Messages that were given up, by their receiver or because its process died again and again. */
  readonly deadLettered: number;
}

/**
 * How agents talk to each other. Injected by this class; what lies beneath (Redis, SQLite) keeps this contract.
 *
 * Addresses: an agent is `concierge` or `agent:concierge`, a role is `role:management`. Every message is checked when it
 * is made and when it is read; one that does not fit is refused with an InvalidMessageError, one found unfit in a mailbox
 * becomes a dead letter and the receiver goes on.
 *
 * Sequence numbers: a sender's messages to one mailbox or topic are numbered from 1 in the order of their storing, also
 * across restarts of the sender. A receiver that sees a number missing reports the gap.
 *
 * Every message that is sent, handled, given up or escalated leaves a line in the audit trail, without its text.
 */
export abstract class MessageBus {
  abstract readonly audit: AuditTrail;

  abstract readonly counters: BusCounters;

  /**
   * Tells everybody who listens to `events:{category}:{type}` now. Who does not listen, or whose link is down, does not
   * get it: events that must arrive belong on the EventBus.
   */
  abstract publish(topic: string, draft: BroadcastDraft): Promise<AgentMessage>;

  /**
   * Broadcasts on the topics that fit one of the patterns (`*` any characters, `?` one, `[ab]` one of them). Ends when the
   * signal is aborted, on `return()` and when the bus closes. A listener that is too slow loses the oldest, reported as a
   * gap; expired messages are left out.
   */
  abstract subscribe(patterns: string | readonly string[], options?: SubscribeOptions): Subscription;

  /**
   * Puts a message into the inbox or the task queue of `to_agent`. Resolves when it is stored; with `ackTimeoutMs` when
   * the receiver has acknowledged it. The same message id is stored once within the deduplication window.
   *
   * @throws NotAcknowledged when the receiver did not acknowledge after all retries: the message is a dead letter, unless
   *   a receiver that has it in hand by then still handles it.
   * @throws UnknownAddress for a receiver that is neither agent nor role.
   */
  abstract sendMessage(draft: LetterDraft, options?: SendOptions): Promise<Sent>;

  /**
   * Messages of an agent's inbox or of a role's queue: high before normal before low, none of them starved, in order
   * within a priority. At-least-once: what is not settled when its receiver dies is delivered again. Messages already
   * handled (by id) are left out; expired ones become dead letters. Several receivers share one mailbox.
   *
   * Ends when the signal is aborted, on `return()` and when the bus closes; deliveries not settled then may still be, for
   * a while, and are given back after that.
   */
  abstract receiveMessages(address: string, options?: ReceiveOptions): AsyncIterableIterator<Delivery>;

  /**
   * Asks an agent and waits for its answer. Requests live only as long as both sides do; nothing is stored.
   *
   * @throws NobodyAnswers at once when the agent does not respond now.
   * @throws RequestTimedOut when no answer came in time; a later one is ignored.
   * @throws RequestRefused with the other side's code when its handler failed.
   */
  abstract request(toAgent: string, draft: RequestDraft, options: RequestOptions): Promise<AgentMessage>;

  /** Answers requests to an agent until stopped. */
  abstract respond(agent: string, handler: RequestHandler, options?: RespondOptions): Promise<Responder>;

  /** What an agent says it can do. @throws as `request`. */
  abstract capabilitiesOf(agent: string, options: RequestOptions & { readonly from: string }): Promise<string[]>;

  /**
   * Passes a message on to the next level, specialist to management to executive, with its history; then it is settled
   * here. Stored above before it is settled below: a crash between repeats the step, which stores nothing twice.
   *
   * @throws NobodyAbove when an executive has it already; the delivery is still unsettled.
   */
  abstract escalate(delivery: Delivery, options: { readonly reason: string }): Promise<AgentMessage>;

  /** What lies dead in the mailbox of an address: expired, unreadable, given up by receiver or sender. */
  abstract deadLetters(address: string): MailDeadLetters;

  /**
   * Takes nothing more, ends all iterators and responders, waits for deliveries under way and gives back what is left.
   * Until then what is under way may still send, publish and ask; after that everything throws BusClosed.
   */
  abstract close(): Promise<void>;
}
