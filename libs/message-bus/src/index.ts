export { isMailbox, mailboxOf, requestAddress } from './address.js';
export { AuditTrail, type AuditEntry, type AuditKind, type AuditLine, type AuditQuery } from './audit-trail.js';
export { type BusObserver, type DropReason, type SequenceGap } from './bus-observer.js';
export { ACK_TYPE } from './bus/acknowledgements.js';
export { lineAbout } from './bus/audit-lines.js';
export { busDefaults, type BusOptions } from './bus/bus-options.js';
export { StoredMessageBus } from './bus/stored-message-bus.js';
export { type Delivery } from './delivery.js';
export {
  BusClosed,
  ListenerExists,
  MailboxFull,
  NobodyAbove,
  NobodyAnswers,
  NotAcknowledged,
  NotStored,
  RequestRefused,
  RequestTimedOut,
  TakenAway,
  UnknownAddress,
} from './errors.js';
export {
  EventBus,
  type EventContext,
  type EventDeadLetter,
  type EventHandler,
  type EventListener,
  type EventListenerOptions,
} from './event-bus.js';
export {
  MessageBus,
  type Answer,
  type BroadcastDraft,
  type BusCounters,
  type LetterDraft,
  type ReceiveOptions,
  type RequestDraft,
  type RequestHandler,
  type RequestOptions,
  type Responder,
  type RespondOptions,
  type SendOptions,
  type Sent,
  type SubscribeOptions,
  type Subscription,
} from './message-bus.js';
export { type Broadcasts, type Heard, type HeardSubscription } from './ports/broadcasts.js';
export { type BusStore } from './ports/bus-store.js';
export {
  type Arrival,
  type ArrivalVerdict,
  type Mail,
  type Mailboxes,
  type MailDeadLetter,
  type MailDeadLetters,
  type MailReader,
  type SequenceRange,
  type TakenMail,
} from './ports/mailboxes.js';
export { type Requests, type TextHandler } from './ports/requests.js';
