import { type DeadLetter, type DeliveryObserver } from '@switchboard/delivery';
import { decode } from '@switchboard/message-schema';
import { type Logger, runWithCorrelation } from '@switchboard/service-kit';
import { ConnectionMetrics } from './connection-metrics.js';
import { ConsumingMetrics } from './consuming-metrics.js';
import { deliveryObserver } from './delivery-observer.js';
import { HandlerMetrics } from './handler-metrics.js';
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
    ackDegraded(degraded: boolean): void;
  };
  readonly delivery: DeliveryObserver;
  /** Of handlers of work, topics and requests; what fails there the transport logs itself. */
  readonly handlers: Pick<HandlerMetrics, 'handled'>;
}

export function observeService(service: string, log: Logger): ServiceObservers {
  const registry = new MetricsRegistry(service);
  const connections = new ConnectionMetrics(registry);
  const handlers = new HandlerMetrics(registry);
  const counted = deliveryObserver({
    publishing: new PublishingMetrics(registry),
    consuming: new ConsumingMetrics(registry),
    partitions: new PartitionMetrics(registry),
  });
  const sayRarely = rarely();
  return {
    registry,
    handlers: { handled: (call) => handlers.handled(call) },
    connections: {
      connected: (purpose) => connections.connected(purpose),
      disconnected: (purpose) => connections.disconnected(purpose),
      reconnecting: (purpose) => connections.reconnecting(purpose),
      failed: (purpose, error) => {
        connections.failed(purpose);
        sayRarely(`connection ${purpose}`, () => log.warn({ purpose, err: error }, 'a connection to Redis fails'));
      },
      ackDegraded: (degraded) => {
        connections.ackDegraded(degraded);
        if (degraded) log.warn('a replica is missing; messages are acknowledged by those that are left');
      },
    },
    delivery: {
      ...counted,
      partitionGone: (at, why) => {
        counted.partitionGone?.(at, why);
        if (why === 'lost') log.warn({ stream: at.stream, partition: at.partition }, 'a partition was lost');
      },
      deadLettered: (letter) => {
        counted.deadLettered?.(letter);
        sayGivenUp(log, letter);
      },
      storeFailed: (operation, error) => {
        counted.storeFailed?.(operation, error);
        sayRarely(operation, () => log.warn({ operation, err: error }, 'a call to Redis failed and is repeated'));
      },
    },
  };
}

/** Under the message's own correlation id; a message that cannot be read, which may be why it is given up, has none. */
function sayGivenUp(log: Logger, { stream, group, partition, attempts, reason, data }: DeadLetter): void {
  const say = (): void => log.warn({ stream, group, partition, attempts, reason }, 'a message is given up');
  const correlationId = correlationOf(data);
  if (correlationId === undefined) say();
  else runWithCorrelation(correlationId, say);
}

function correlationOf(data: string): string | undefined {
  try {
    return decode(data).correlation_id;
  } catch {
    return undefined;
  }
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
