import { channelPart } from './channel-part.js';

/**
 * Names of the channels, fixed for people and tools outside. A logical stream S of N partitions lies in the Redis keys
 * `S:{p0}` … `S:{pN-1}`, each behind KEY_PREFIX.
 */
export const Streams = {
  /** Normalised messages from guests. */
  inbound: 'msi:messages',
  /** Replies on their way to a provider. */
  outbound: 'msi:outbound',
  /** What providers say about replies they took. */
  deliveries: 'msi:deliveries',
  /** Audit trail: every message at every stage. */
  auditMessages: 'audit:messages',
  /** Audit trail: what agents decided. */
  auditDecisions: 'audit:decisions',
} as const;

/** Consumer groups of the built-in services. */
export const Groups = {
  agent: 'agent-group',
  outbound: 'outbound-group',
  deliveries: 'deliveries-group',
} as const;

/** Logical name of the capped stream from which a property's dashboards resume. */
export function feedStream(propertyId: string): string {
  return `feed:${propertyId}`;
}

/** Pub/Sub channel that carries a property's live updates. */
export function propertyChannel(propertyId: string): string {
  return `property:${propertyId}:conversations`;
}

/** Logical name of the capped stream with what one web chat visitor sees. */
export function webchatStream(propertyId: string, visitorId: string): string {
  return `webchat:${propertyId}:${visitorId}`;
}

/** Logical name of the dead letters of one stream. */
export function deadLetterStream(stream: string): string {
  return `${stream}:dead_letter`;
}

/** Inbox of one agent; `id` is the part behind `agent:` in `to_agent`. @throws InvalidMessageError for a bad id. */
export function agentInbox(id: string): string {
  return `agent:${channelPart('id', id)}:inbox`;
}

/** Task queue of all agents that play a role. @throws InvalidMessageError for a bad role. */
export function taskQueue(role: string): string {
  return `task_queue.${channelPart('role', role)}`;
}

/** Logical stream of one kind of event. @throws InvalidMessageError for a bad category or type. */
export function eventStream(category: string, type: string): string {
  return `events:${channelPart('category', category)}:${channelPart('type', type)}`;
}

/** Logical stream of the events of one kind that could not be handled. @throws InvalidMessageError as eventStream. */
export function eventDeadLetters(category: string, type: string): string {
  return deadLetterStream(eventStream(category, type));
}
