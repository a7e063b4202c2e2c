/** Settings this service reads beside those every service has. */
export const ingressSettings = [
  'REDIS',
  'PROPERTIES',
  'PARTITIONS',
  'INBOUND_STREAM',
  'BACKLOG_LIMIT',
  'ACK_REPLICAS',
] as const;

export type IngressSetting = (typeof ingressSettings)[number];
