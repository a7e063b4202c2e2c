import { type MetricsRegistry } from './metrics-registry.js';

/** Kinds of live channels; a channel's own name holds ids and is no label. */
export type LiveChannel = 'property' | 'webchat';

/** Live updates to people: staff dashboards and web chats. */
export class ChannelMetrics {
  private readonly subscribers;
  private readonly messages;

  /** @param served the kinds this process has clients of. */
  constructor(registry: MetricsRegistry, served: readonly LiveChannel[] = ['property', 'webchat']) {
    this.subscribers = registry.gauge({
      name: 'channel_subscribers',
      help: 'Clients that watch a channel of this kind now',
      labels: ['channel'],
    });
    this.messages = registry.counter({
      name: 'channel_messages_total',
      help: 'Updates sent to clients that watch a channel of this kind',
      labels: ['channel'],
    });
    for (const channel of served) {
      this.subscribers.set({ channel }, 0);
      this.messages.inc({ channel }, 0);
    }
  }

  joined(channel: LiveChannel): void {
    this.subscribers.inc({ channel });
  }

  left(channel: LiveChannel): void {
    this.subscribers.dec({ channel });
  }

  sent(channel: LiveChannel, updates = 1): void {
    this.messages.inc({ channel }, updates);
  }
}
