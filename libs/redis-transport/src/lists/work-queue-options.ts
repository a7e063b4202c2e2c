import { type RetryPolicy } from '@switchboard/delivery';
import { type AckReplicas } from '../streams/ack-policy.js';

/** How a work queue is to behave. All processes that use one queue must agree on `partitions`. */
export interface WorkQueueOptions {
  /** The queue's keys lie in the slot of one of this many partitions: give the number the streams have. */
  readonly partitions: number;
  /** An id that was put is recognised at least this long, and as long as its item is in the queue. */
  readonly dedupWindowMs: number;
  /** Most items waiting before new ones are refused with `QueueFull`; 0 for no limit. */
  readonly backlogLimit: number;
  /** Replicas that must have an item before `put` resolves; 0 asks none. */
  readonly ackReplicas: AckReplicas;
  /** Longest wait for those replicas. */
  readonly ackTimeoutMs: number;
  /** An item whose worker has not been heard of for this long goes to another worker. */
  readonly visibilityMs: number;
  /** Longest time an idle worker trusts that it would be called; then it looks by itself. */
  readonly lookEveryMs: number;
  /** Attempts and waits of items that fail. */
  readonly retry: RetryPolicy;
}

export const workQueueDefaults: WorkQueueOptions = {
  partitions: 16,
  dedupWindowMs: 24 * 3_600_000,
  backlogLimit: 0,
  ackReplicas: 0,
  ackTimeoutMs: 1_000,
  visibilityMs: 15_000,
  lookEveryMs: 2_000,
  retry: { maxAttempts: 5, minBackoffMs: 500, maxBackoffMs: 60_000 },
};
