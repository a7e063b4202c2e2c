export { startFakeChatwoot, type ChatwootMessage, type FakeChatwoot } from './providers/fake-chatwoot.js';
export { startFakeWhatsApp, type FakeWhatsApp, type WhatsAppMessage } from './providers/fake-whatsapp.js';
export {
  startFakeWebhookReceiver,
  type FakeWebhookReceiver,
  type ReceivedWebhook,
} from './providers/fake-webhook-receiver.js';
export { type FakeProvider } from './providers/fake-provider.js';
export { type FailWith } from './providers/fault-plan.js';
export { signChatwoot, signStandard, signWhatsApp, unixSeconds, type SignedHeaders } from './providers/sign.js';
export { waitFor, WaitTimeoutError, type WaitOptions } from './process/wait-for.js';
export { startProcess, type ProcessOptions } from './process/start-process.js';
export { RunningProcess, type Exit } from './process/running-process.js';
export { type LinePattern } from './process/line-log.js';
export { freePorts, onFreePorts, PortTakenError } from './net/free-ports.js';
export { obtainRedis } from './redis/obtain/obtain-redis.js';
export { NoRedisError, type ObtainedRedis, type RedisSource, type RedisWay } from './redis/obtain/redis-source.js';
export { startRedis, PrivateRedis, type RedisOptions } from './redis/start-redis.js';
export { openRedis, type OpenRedis } from './redis/open-redis.js';
export { RedisNode } from './redis/redis-node.js';
export { askRedis, infoOf, type RedisAddress } from './redis/ask-redis.js';
export { unfinishedEntries } from './redis/unfinished-entries.js';
export { RedisRefusal, type RedisReply } from './redis/resp.js';
export { startSentinelSet, type SentinelSetOptions } from './redis/start-sentinel-set.js';
export { SentinelSet } from './redis/sentinel-set.js';
export { RedisCluster, startCluster, type ClusterOptions } from './redis/redis-cluster.js';
export { CuttingProxy } from './net/cutting-proxy.js';
export { serviceNames, services, type ServiceName } from './stack/services.js';
export { startService, type ServiceProcess } from './stack/service-process.js';
export { startStack, Stack, type StackOptions } from './stack/start-stack.js';
export { subscribeEvents, type EventSubscription, type ServerEvent } from './http/event-source.js';
export { debianProgram, type DebianProgram } from './programs/debian-program.js';
export { withFileLock } from './redis/obtain/file-lock.js';
export { mostInAnyWindow } from './providers/most-in-any-window.js';
export { writtenNow } from './providers/written-now.js';
export { type StatusNotice, whatsappStatuses } from './providers/whatsapp-statuses.js';
export { FakeChatwootArchive, type ArchivedMessage, type SayOptions } from './providers/fake-chatwoot-archive.js';
