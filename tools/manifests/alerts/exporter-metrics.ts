/**
 * Metrics of redis_exporter that the rules and dashboards use, with the meaning INFO and SENTINEL give them.
 * Source: exporter.go, info.go and sentinels.go of https://github.com/oliver006/redis_exporter, v1.80.
 */
export const exporterMetrics: readonly string[] = [
  'redis_up',
  'redis_instance_info',
  'redis_connected_slaves',
  'redis_commands_processed_total',
  'redis_rejected_connections_total',
  'redis_memory_used_bytes',
  'redis_memory_max_bytes',
  'redis_aof_last_write_status',
  'redis_sentinel_tilt',
  'redis_sentinel_master_ok_sentinels',
  'redis_sentinel_master_ckquorum_status',
];
