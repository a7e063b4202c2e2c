import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { type ChannelKind, SubscriberLink } from './subscriber-link.js';

/** Who listens to a channel. */
export interface ChannelListener {
  message(channel: string, data: string): void;
  /** The link was lost and is there again: messages between may be missing. */
  gap?(): void;
  /** Redis refuses the subscription for good. */
  refused?(error: Error): void;
  /** The connections were closed; nothing comes any more. */
  closed?(): void;
}

interface Interest {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly listeners: Set<ChannelListener>;
  readonly confirmation: Confirmation;
}

/**
 * All subscriptions of a process on one connection. A channel is subscribed while somebody listens to it. After a
 * reconnect everything is subscribed again and the listeners learn of the gap: ioredis itself says nothing, and forgets a
 * SUBSCRIBE that was cut off on its way.
 */
export class SubscriberHub {
  private readonly interests = new Map<string, Interest>();
  private readonly link: SubscriberLink;

  constructor(connections: RedisConnections, command: () => Redis) {
    this.link = new SubscriberLink(connections, command, {
      up: (client) => this.subscribeAll(client),
      message: (kind, name, channel, data) => this.hear(kind, name, channel, data),
      closed: () => this.end(),
    });
  }

  /**
   * Listens; resolves when Redis has confirmed it.
   *
   * @throws the error with which Redis refuses it.
   */
  add(kind: ChannelKind, name: string, listener: ChannelListener): Promise<void> {
    const key = keyOf(kind, name);
    let interest = this.interests.get(key);
    if (!interest) {
      interest = { kind, name, listeners: new Set(), confirmation: new Confirmation() };
      this.interests.set(key, interest);
      const client = this.link.open();
      if (client) void this.subscribe(client, [interest]);
    }
    interest.listeners.add(listener);
    return interest.confirmation.promise;
  }

  remove(kind: ChannelKind, name: string, listener: ChannelListener): void {
    const interest = this.interests.get(keyOf(kind, name));
    if (!interest?.listeners.delete(listener) || interest.listeners.size > 0) return;
    this.interests.delete(keyOf(kind, name));
    const client = this.link.open();
    if (!client) return;
    const gone = kind === 'channel' ? client.unsubscribe(name) : client.punsubscribe(name);
    gone.catch(() => undefined);
  }

  private hear(kind: ChannelKind, name: string, channel: string, data: string): void {
    for (const listener of this.interests.get(keyOf(kind, name))?.listeners ?? []) listener.message(channel, data);
  }

  private end(): void {
    const all = [...this.interests.values()];
    this.interests.clear();
    for (const { confirmation, listeners } of all) {
      confirmation.refuse(new Error('the connection to Redis is closed'));
      for (const listener of [...listeners]) listener.closed?.();
    }
  }

  private async subscribeAll(client: Redis): Promise<void> {
    const all = [...this.interests.values()];
    const known = all.filter(({ confirmation }) => confirmation.given);
    const kinds = (['channel', 'pattern'] as const).map((kind) => all.filter((interest) => interest.kind === kind));
    await Promise.all(kinds.filter(({ length }) => length > 0).map((some) => this.subscribe(client, some)));
    for (const { listeners } of known) for (const listener of listeners) listener.gap?.();
  }

  /** Interests of one kind. A cut link leaves them as they are: the next one subscribes them again. */
  private async subscribe(client: Redis, interests: readonly Interest[]): Promise<void> {
    const names = interests.map(({ name }) => name);
    try {
      await (interests[0]?.kind === 'channel' ? client.subscribe(...names) : client.psubscribe(...names));
      for (const { confirmation } of interests) confirmation.give();
    } catch (error) {
      if ((error as Error).name !== 'ReplyError') return;
      // One name without permission makes Redis refuse all of a call.
      if (interests.length > 1) await Promise.all(interests.map((interest) => this.subscribe(client, [interest])));
      else this.refuse(interests[0] as Interest, error as Error);
    }
  }

  private refuse(interest: Interest, error: Error): void {
    this.interests.delete(keyOf(interest.kind, interest.name));
    interest.confirmation.refuse(error);
    for (const listener of interest.listeners) listener.refused?.(error);
  }
}

/** A promise that others settle; nobody needs to wait for it. */
class Confirmation {
  given = false;
  give!: () => void;
  refuse!: (error: Error) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.give = () => {
      this.given = true;
      resolve();
    };
    this.refuse = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}

function keyOf(kind: ChannelKind, name: string): string {
  return `${kind} ${name}`;
}
