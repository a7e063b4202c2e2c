export { Consumer } from './consumer/consumer.js';
export { consumerDefaults, type BatchPolicy, type ConsumerOptions } from './consumer/consumer-options.js';
export { doneWithin } from './time/done-within.js';
export {
  LeaseLost,
  PartitionCountMismatchError,
  Refused,
  RetryLater,
  Superseded,
  Unavailable,
  Unrecoverable,
} from './errors.js';
export { partitionsOf } from './lease/assignment.js';
export { type DeliveryObserver, type TurnReport } from './observer.js';
export { compareEntryIds, entryIdBefore, entryTimeMs } from './partition/entry-id.js';
export { hash32, partitionOf } from './partition/partition-of.js';
export { checkEffect, type Effect, type LogEffect, type MessageEffect } from './ports/effects.js';
export {
  type AppendRequest,
  type AppendResult,
  type Attempts,
  type CommitRequest,
  type CommitResult,
  type Lease,
  type NewsPosition,
  type Parking,
  type PartitionRef,
  type ReadRequest,
  type ReadResult,
  type StoredEntry,
  type StoreFailure,
  type StreamStore,
  type TurnCommit,
} from './ports/stream-store.js';
export { Publisher, publisherDefaults, type Published, type PublisherOptions } from './publisher/publisher.js';
export { deadLetterEffect, deadLetterOf, type DeadLetter } from './turn/dead-letter.js';
export { backoffMs, outcomeOf, type Outcome, type RetryPolicy } from './turn/outcome.js';
export { type Turn, type TurnHandler, type TurnMessage } from './turn/turn.js';
