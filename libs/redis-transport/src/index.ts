export { RedisConnections, type ConnectionObserver } from './connections/redis-connections.js';
export { type Purpose, type RedisAddress, type RedisSettings } from './connections/redis-settings.js';
export { Keys } from './streams/keys.js';
export { RedisStreamStore, storeDefaults } from './streams/redis-stream-store.js';
export { StreamReplay } from './streams/stream-replay.js';
export { type AppendOptions } from './streams/appender.js';
export {
  DeadLetterStore,
  type DeadLetterPage,
  holdsMessage,
  type ListedDeadLetter,
} from './dead-letters/dead-letter-store.js';
export { formatDeadLetterId, parseDeadLetterId, type DeadLetterPlace } from './dead-letters/dead-letter-id.js';
export { auditEffect, feedEffect, messageEffect, webchatEffect } from './messages/effects.js';
export { MessagePublisher } from './messages/message-publisher.js';
export { RedisServer, type RedisServerOptions, type RedisServerStatus } from './nest/redis.server.js';
export { RedisClient, type RedisClientOptions } from './nest/redis.client.js';
export { type EmitPattern } from './nest/emit-pattern.js';
export { RequestRefused } from './nest/request-refused.js';
export { StreamHandler } from './nest/handlers/stream-handler.decorator.js';
export { WorkHandler } from './nest/handlers/work-handler.decorator.js';
export { TopicHandler } from './nest/handlers/topic-handler.decorator.js';
export { RequestHandler } from './nest/handlers/request-handler.decorator.js';
export { RefusedByGuard } from './nest/handlers/call-handler.js';
export { type HandlerTuning, type TopicTuning, type WorkTuning } from './nest/handlers/handler-extras.js';
export { HandlerContext } from './nest/contexts/handler-context.js';
export { TurnContext } from './nest/contexts/turn-context.js';
export { WorkContext } from './nest/contexts/work-context.js';
export { TopicContext } from './nest/contexts/topic-context.js';
export { RequestTurn } from './nest/contexts/request-turn.js';
export { type OutputDraft } from './nest/contexts/output.js';
export {
  DELIVERY_OBSERVER,
  HANDLER_OBSERVER,
  RedisTransportModule,
  type RedisTransportOptions,
} from './nest/redis-transport.module.js';
export { type AsyncOptions } from './nest/async-options.js';
export { type HandlerObserver, type HandlerReport } from './nest/handler-observer.js';
export { type AckReplicas } from './streams/ack-policy.js';
export { deadLetterEffects } from './nest/dead-letter-effects.js';
export { memberName } from './nest/member-name.js';
export { BacklogReader, type GroupBacklog } from './streams/backlog-reader.js';
export { type PutItem, type PutResult } from './lists/put-item.js';
export { WorkQueue, type QueueCounts } from './lists/work-queue.js';
export { workQueueDefaults, type WorkQueueOptions } from './lists/work-queue-options.js';
export { type BuriedItem } from './lists/queue-store.js';
export { QueueWorker, type StopOptions, type WorkerTuning } from './lists/queue-worker.js';
export { TakenItem } from './lists/taken-item.js';
export { QueueDeadLetters, type QueueDeadLetter } from './lists/queue-dead-letters.js';
export { ItemTakenAway, QueueFull } from './lists/queue-errors.js';
export { type Subscription, type TopicMessage } from './topics/subscription.js';
export { Topics, type SubscribeOptions } from './topics/topics.js';
export {
  type AskOptions,
  type RequestContext,
  type RequestHandler as AnswerRequest,
  type Serving,
} from './requests/request-handler.js';
export { Requests } from './requests/requests.js';
export { NobodyAnswers, RequestFailed, RequestTimeout } from './requests/request-errors.js';
export { openRedisMessageBus, type RedisBusOptions } from './bus/redis-message-bus.js';
export { RedisEventBus, type RedisEventBusOptions } from './bus/redis-event-bus.js';
export { MessageBusModule, type MessageBusModuleOptions } from './nest/message-bus.module.js';
export { type BreakerState, RateGovernor, type RateGrant, type RateWait } from './rate-limits/rate-governor.js';
export { RateKeys } from './rate-limits/rate-keys.js';
export { type RateLimit, type RateRequest, type RateScope, type RateScopes } from './rate-limits/rate-limit.js';
export { breakerDefaults, type BreakerPolicy, type RateVerdict } from './rate-limits/rate-verdict.js';
export { type LedgerNotice, OutboundLedger } from './ledger/outbound-ledger.js';
export { type LedgerPage, type LedgerState, type LedgerStep, type LedgerSubject } from './ledger/ledger-page.js';
export { GuestWindow } from './ledger/guest-window.js';
