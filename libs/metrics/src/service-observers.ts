import { type DeliveryObserver } from '@switchboard/delivery';
import { type Logger } from '@switchboard/service-kit';
import { ConnectionMetrics } from './connection-metrics.js';
import { ConsumingMetrics } from './consuming-metrics.js';
import { deliveryObserver } from './delivery-observer.js';
import { MetricsRegistry } from './metrics-registry.js';
import { PartitionMetrics } from './partition-metrics.js';
import { PublishingMetrics } from './publishing-metrics.js';

/** One line per operation in this time, however often it fails. */
const LOG_EVERY_MS = 5_000;

/** What a service on streams tells of its connections and its deliveries, as metrics and as log lines. */
export interface ServiceObservers {
  readonly registry: MetricsRegistry;
  readonly connections: {
    connected(purpose: string): void;
    disconnected(purpose: string): void;
    reconnecting(purpose: string): void;
    failed(purpose: string, error: Error): void;
  };
  readonly delivery: DeliveryObserver;
}

export function observeService(service: string, log: Logger): ServiceObservers {
  const registry = new MetricsRegistry(service);
  const connections = new ConnectionMetrics(registry);
  const counted = deliveryObserver({
    publishing: new PublishingMetrics(registry),
    consuming: new ConsumingMetrics(registry),
    partitions: new PartitionMetrics(registry),
  });
  const sayRarely = rarely();
  return {
    registry,
    connections: {
      connected: (purpose) => connections.connected(purpose),
      disconnected: (purpose) => connections.disconnected(purpose),
      reconnecting: (purpose) => connections.reconnecting(purpose),
      failed: (purpose, error) => {
        connections.failed(purpose);
        sayRarely(`connection ${purpose}`, () => log.warn({ purpose, err: error }, 'a connection to Redis fails'));
      },
    },
    delivery: {
      ...counted,
      deadLettered: (at, reason) => {
        counted.deadLettered?.(at, reason);
        log.warn(
          { stream: at.stream, group: at.group, partition: at.partition, reason },
          'a message became a dead letter',
        );
      },
      partitionGone: (at, why) => {
        counted.partitionGone?.(at, why);
        if (why === 'lost') log.warn({ stream: at.stream, partition: at.partition }, 'a partition was lost');
      },
      storeFailed: (operation, error) => {
        counted.storeFailed?.(operation, error);
        sayRarely(operation, () => log.warn({ operation, err: error }, 'a call to Redis failed and is repeated'));
      },
    },
  };
}

/** Lets a line through when its topic was silent long enough. */
function rarely(): (topic: string, say: () => void) => void {
  const saidAt = new Map<string, number>();
  return (topic, say) => {
    const now = performance.now();
    if (now - (saidAt.get(topic) ?? -Infinity) < LOG_EVERY_MS) return;
    saidAt.set(topic, now);
    say();
  };
}
