/** Name under which the Sentinels of a set know their master. */
export const MASTER_NAME = 'mymaster';

/** What a set's configuration depends on. */
export interface SentinelSetPlan {
  masterPort: number;
  quorum: number;
  downAfterMs: number;
  password?: string | undefined;
  /** Lines of redis.conf for every Redis node. */
  config: readonly string[];
}

/** redis.conf of one node; a replica follows the first master. */
export function redisLines(plan: SentinelSetPlan, port: number): string[] {
  const { masterPort, password, config } = plan;
  return [
    'save ""',
    'appendonly yes',
    'replica-announce-ip 127.0.0.1',
    'repl-diskless-sync-delay 0',
    'repl-ping-replica-period 1',
    ...(password ? [`requirepass ${JSON.stringify(password)}`, `masterauth ${JSON.stringify(password)}`] : []),
    ...(port === masterPort ? [] : [`replicaof 127.0.0.1 ${masterPort}`]),
    ...config,
  ];
}

/** sentinel.conf. A failover that failed is tried again after twice its time-out: 3 min by default, 10 s here. */
export function sentinelLines({ masterPort, quorum, downAfterMs, password }: SentinelSetPlan): string[] {
  return [
    'sentinel announce-ip 127.0.0.1',
    'sentinel resolve-hostnames no',
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} ${quorum}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
    `sentinel parallel-syncs ${MASTER_NAME} 2`,
    ...(password ? [`sentinel auth-pass ${MASTER_NAME} ${JSON.stringify(password)}`] : []),
  ];
}

/**
 * SENTINEL DEBUG: periods for tests, in ms, instead of 10 s, 1 s, 2 s and 1 s. The order of a failover stays as it is;
 * a returned old master is demoted after four publish periods without anything strange.
 */
export const hurry = ['info-period', 1_000, 'ping-period', 200, 'publish-period', 500, 'ask-period', 200] as const;
