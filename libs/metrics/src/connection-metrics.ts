import { type MetricsRegistry } from './metrics-registry.js';

/** What a Redis connection is for; a closed set of words. */
type Purpose = string;

/**
 * The process's connections to Redis. The methods fit an observer of connections: each `disconnected` answers one
 * `connected`; one that answers none leaves the count at zero.
 */
export class ConnectionMetrics {
  private readonly ready = new Map<Purpose, number>();
  private readonly connections;
  private readonly errors;
  private readonly attempts;
  private readonly degraded;

  constructor(registry: MetricsRegistry) {
    this.connections = registry.gauge({
      name: 'redis_connected',
      help: 'Connections to Redis that are ready; 0 means none',
      labels: ['purpose'],
    });
    this.errors = registry.counter({
      name: 'redis_connection_errors',
      help: 'Errors of connections to Redis',
      labels: ['purpose'],
    });
    this.attempts = registry.counter({
      name: 'redis_reconnection_attempts',
      help: 'Attempts to connect to Redis again',
      labels: ['purpose'],
    });
    this.degraded = registry.gauge({
      name: 'redis_ack_degraded',
      help: '1 while messages are acknowledged by fewer replicas than there were before',
    });
  }

  connected(purpose: Purpose): void {
    this.count(purpose, 1);
    // The first trouble shows as an increase only where the counters stood at zero before.
    this.errors.inc({ purpose }, 0);
    this.attempts.inc({ purpose }, 0);
  }

  disconnected(purpose: Purpose): void {
    this.count(purpose, -1);
  }

  reconnecting(purpose: Purpose): void {
    // A service that never reached Redis must show 0, not nothing: absent series raise no alert.
    this.count(purpose, 0);
    this.attempts.inc({ purpose });
  }

  failed(purpose: Purpose): void {
    this.count(purpose, 0);
    this.errors.inc({ purpose });
  }

  ackDegraded(degraded: boolean): void {
    this.degraded.set(degraded ? 1 : 0);
  }

  private count(purpose: Purpose, change: number): void {
    const now = Math.max(0, (this.ready.get(purpose) ?? 0) + change);
    this.ready.set(purpose, now);
    this.connections.set({ purpose }, now);
  }
}
