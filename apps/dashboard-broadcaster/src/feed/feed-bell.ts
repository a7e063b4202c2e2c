import { type Redis } from 'ioredis';

/** What a listener of the bell is told. */
export interface BellListener {
  /** News in a partition, or somewhere when the announcement does not say where (-1). */
  ring(partition: number): void;
  /** The connection was away: announcements may have been lost. */
  survey(): void;
}

/**
 * Listens to the announcements of many channels over one Redis connection. ioredis subscribes again after a reconnect
 * and says nothing of what was announced meanwhile; therefore every `ready` is passed on as a survey.
 */
export class FeedBell {
  private readonly listeners = new Map<string, BellListener>();

  constructor(private readonly subscriber: Redis) {
    subscriber.on('message', (channel: string, text: string) => this.listeners.get(channel)?.ring(partitionIn(text)));
    subscriber.on('ready', () => void this.afterReconnect());
  }

  /** From its return on, announcements on the channel ring. @throws when Redis is away. */
  async listen(channel: string, listener: BellListener): Promise<void> {
    await this.subscriber.subscribe(channel);
    this.listeners.set(channel, listener);
  }

  /** Stops listening; an error does not matter, the announcements then go nowhere. */
  mute(channel: string): void {
    this.listeners.delete(channel);
    this.subscriber.unsubscribe(channel).catch(() => undefined);
  }

  private async afterReconnect(): Promise<void> {
    const channels = [...this.listeners.keys()];
    if (channels.length > 0) await this.subscriber.subscribe(...channels).catch(() => undefined);
    for (const listener of this.listeners.values()) listener.survey();
  }
}

function partitionIn(text: string): number {
  try {
    const { p } = JSON.parse(text) as { p?: unknown };
    return Number.isInteger(p) ? (p as number) : -1;
  } catch {
    return -1;
  }
}
