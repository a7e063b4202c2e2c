/** Settings this service reads beside those every service has. */
export const outboundSenderSettings = [
  'REDIS',
  'PROPERTIES',
  'PARTITIONS',
  'MAX_ATTEMPTS',
  'CONCURRENCY',
  'LEASE_TTL_MS',
  'RETENTION_MS',
  'PROVIDER_TIMEOUT_MS',
] as const;

export type OutboundSenderSetting = (typeof outboundSenderSettings)[number];
