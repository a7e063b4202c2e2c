/** Settings this service reads beside those every service has. */
export const reprocessorSettings = ['REDIS', 'PARTITIONS', 'INBOUND_STREAM', 'ADMIN_TOKEN'] as const;

export type ReprocessorSetting = (typeof reprocessorSettings)[number];
