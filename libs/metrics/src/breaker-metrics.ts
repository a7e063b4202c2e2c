import { type ChannelKind } from '@switchboard/message-schema';
import { type MetricsRegistry } from './metrics-registry.js';

/** Circuit breakers of senders as this process last heard of them; they are shared by all processes. */
export class BreakerMetrics {
  private readonly openings;
  private readonly gauge;
  private readonly open = new Map<ChannelKind, Set<string>>();

  constructor(registry: MetricsRegistry) {
    this.openings = registry.counter({
      name: 'sender_breaker_openings_total',
      help: 'How often a circuit breaker of a sender was opened, or kept open after a trial, by calls of this process',
      labels: ['channel'],
    });
    this.gauge = registry.gauge({
      name: 'sender_breakers_open',
      help: 'Senders to which nothing is sent now, because the provider is in trouble or takes nothing from them',
      labels: ['channel'],
    });
  }

  /** What a call of this process led to. `sender` names it here and is no label. */
  heard(channel: ChannelKind, sender: string, { open, openedForMs }: { open: boolean; openedForMs?: number }): void {
    const known = this.open.get(channel) ?? new Set<string>();
    this.open.set(channel, known);
    if (open) known.add(sender);
    else known.delete(sender);
    if (openedForMs !== undefined) this.openings.inc({ channel });
    this.gauge.set({ channel }, known.size);
  }
}
