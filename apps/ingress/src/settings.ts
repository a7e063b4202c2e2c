/** Settings this service reads beside those every service has. */
export const ingressSettings = [
  'REDIS',
  'PROPERTIES',
  'PARTITIONS',
  'INBOUND_STREAM',
  'BACKLOG_LIMIT',
  'ACK_REPLICAS',
  'BACKFILL_EVERY_MS',
  'SPOOL_DIR',
  'SPOOL_MAX_BYTES',
  'SPOOL_MAX_MESSAGES',
  'SPOOL_AFTER_MS',
] as const;

export type IngressSetting = (typeof ingressSettings)[number];
