/** Settings this service reads beside those every service has. */
export const agentConsumerSettings = [
  'REDIS',
  'PROPERTIES',
  'PARTITIONS',
  'INBOUND_STREAM',
  'BATCH_QUIET_MS',
  'BATCH_MAX_WAIT_MS',
  'BATCH_MAX_MESSAGES',
  'MAX_ATTEMPTS',
  'CONCURRENCY',
  'LEASE_TTL_MS',
  'RETENTION_MS',
] as const;

export type AgentConsumerSetting = (typeof agentConsumerSettings)[number];
