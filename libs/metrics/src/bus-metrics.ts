import { type BusObserver } from '@switchboard/message-bus';
import { type MetricsRegistry } from './metrics-registry.js';

/** Kinds of channels; their names hold agents and roles, of which there may be any number. */
type ChannelKind = 'inbox' | 'task_queue' | 'events';

/** What a message bus tells, as samples. */
export function busObserver(registry: MetricsRegistry): Required<BusObserver> {
  const messages = registry.counter({
    name: 'agent_messages_total',
    help: 'Messages of agents by what became of them: sent, delivered, not handed over and why, not acknowledged, or given up',
    labels: ['kind', 'outcome'],
  });
  const missing = registry.counter({
    name: 'agent_messages_missing_total',
    help: 'Messages of one sender that never came, by their sequence numbers',
    labels: ['kind'],
  });
  const missed = registry.counter({
    name: 'agent_broadcasts_missed_total',
    help: 'Times at which subscriptions were cut off, so that broadcasts may have been missed',
    labels: [],
  });
  const failed = registry.counter({
    name: 'agent_bus_store_failures_total',
    help: 'Calls of the message bus to its store that failed and are repeated',
    labels: ['operation'],
  });
  const count = (channel: string, outcome: string): void => messages.inc({ kind: kindOf(channel), outcome });
  return {
    sent: (channel) => count(channel, 'sent'),
    delivered: (channel) => count(channel, 'delivered'),
    dropped: count,
    notAcknowledged: (channel) => count(channel, 'not_acknowledged'),
    deadLettered: (channel) => count(channel, 'dead_lettered'),
    gap: ({ channel, from, to }) => missing.inc({ kind: kindOf(channel) }, to - from + 1),
    broadcastsMissed: () => missed.inc(),
    storeFailed: (operation) => failed.inc({ operation }),
  };
}

function kindOf(channel: string): ChannelKind {
  if (channel.startsWith('task_queue.')) return 'task_queue';
  return channel.startsWith('events:') ? 'events' : 'inbox';
}
