export { loadSettings, type SettingDefaults, type Settings, type SettingsName } from './settings/load-settings.js';
export { SettingsError, type SettingFault } from './settings/settings-error.js';
export { knownNames } from './settings/unknown-settings.js';
export { type AckReplicas, type ServerAddress } from './settings/setting-kinds.js';
export { type RedisAccess } from './settings/redis-group.js';
export { type Environment } from './settings/environment.js';
export { loadProperties } from './properties/load-properties.js';
export {
  type AnswerRule,
  type BackfillSource,
  PropertyDirectory,
  type AgentSettings,
  type ChatwootSource,
  type Property,
  type Source,
  type StandardSource,
  type WebchatSource,
  type WhatsAppSource,
} from './properties/property.js';
export {
  type CallLimit,
  senderLimits,
  sendingDefaults,
  type SendingRules,
  type UnknownOutcomePolicy,
} from './properties/sending-rules.js';
export { developmentSecrets } from './properties/development-secrets.js';
export { createLogger, type Logger, type LoggerSettings } from './logging/logger.js';
export { NestLogger } from './logging/nest-logger.js';
export { currentCorrelationId, isCorrelationId, runWithCorrelation } from './logging/correlation.js';
export { createHashId, type HashId } from './logging/hash-id.js';
export { safeError, type SafeError } from './logging/safe-error.js';
export {
  HealthRegistry,
  type CheckResult,
  type HealthCheck,
  type HealthDetail,
  type Readiness,
} from './health/health-registry.js';
export { problemOf, type Problem, type ProblemAnswer } from './http/problem.js';
export { ProblemFilter } from './http/problem.filter.js';
export { openService } from './service/service.js';
export { startService } from './service/start-service.js';
export {
  type Housekeeping,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
} from './service/service-definition.js';
export { serveSite, type SitePolicy } from './site/serve-site.js';
export { loadSite, siteFile, SiteMissingError, type SiteFile } from './site/static-site.js';
export { callSpan, stepSpan, type TracedCall } from './tracing/call-spans.js';
export { creatingSpan, sendingSpan, type TracedMessage, type TurnPlace, turnSpan } from './tracing/message-spans.js';
export { traceHeaders, type TraceHeaders } from './tracing/trace-context.js';
export { HASH_ID, SERVICE_LOG } from './service/service-tokens.js';
