import { type RedisConnections } from '../connections/redis-connections.js';
import { INTERNAL_ROOT, type Keys } from '../streams/keys.js';
import { escapeGlob, globsWithout, globToRegExp, isGlob } from './glob.js';
import { SharedClients } from './shared-clients.js';
import { type ChannelListener } from './subscriber-hub.js';
import { type ChannelKind } from './subscriber-link.js';
import { type Subscription } from './subscription.js';
import { SubscriptionBuffer } from './subscription-buffer.js';
import { whenReady } from './when-ready.js';

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Messages kept for a slow reader; beyond that the oldest is dropped and counted. 1 000 by default. */
  readonly buffer?: number;
  /** Called when messages may have been missed: the connection was lost and is subscribed again. */
  readonly onGap?: () => void;
}

const BUFFER = 1_000;

/** Broadcast on Pub/Sub: at most once, to those who listen at the moment. One connection serves all subscriptions. */
export class Topics {
  private readonly clients: SharedClients;
  private readonly open = new Set<SubscriptionBuffer>();

  constructor(
    connections: RedisConnections,
    private readonly keys: Keys,
  ) {
    this.clients = SharedClients.of(connections);
  }

  /**
   * Answers how many connections heard it; in a cluster only those of one node.
   *
   * @throws an error of the connection: then it is not known whether it was heard.
   */
  async publish(topic: string, data: string): Promise<number> {
    const { command } = this.clients;
    if (command.status !== 'ready') await whenReady(command);
    return command.publish(this.keys.channel(topic), data);
  }

  /**
   * Patterns with `*`, `?` or `[…]` are Redis globs, others are exact topics. A message that fits several comes once.
   * What the transport's processes say to each other fits no pattern.
   *
   * @throws RangeError for a topic or pattern that begins with `!`.
   */
  subscribe(patterns: string | readonly string[], options: SubscribeOptions = {}): Subscription {
    const wanted = [...new Set([patterns].flat().flatMap(topicPatterns))];
    const doors: (() => void)[] = [];
    const buffer = new SubscriptionBuffer(options.buffer ?? BUFFER, () => {
      this.open.delete(buffer);
      options.signal?.removeEventListener('abort', stop);
      for (const leave of doors) leave();
    });
    const stop = (): void => buffer.end();
    this.open.add(buffer);
    options.signal?.addEventListener('abort', stop, { once: true });
    const gap = oncePerTurn(() => {
      buffer.gaps += 1;
      options.onGap?.();
    });
    const fits = wanted.map((pattern) => (isGlob(pattern) ? globToRegExp(pattern) : undefined));
    const confirmed = wanted.map((pattern, place) => {
      const [kind, name] = this.channelOf(pattern);
      const earlier = wanted.slice(0, place).map((other, i) => fits[i] ?? other);
      const listener: ChannelListener = {
        message: (channel, data) => {
          const topic = channel.slice(this.keys.channel('').length);
          if (!earlier.some((other) => (typeof other === 'string' ? other === topic : other.test(topic)))) {
            buffer.push({ topic, data });
          }
        },
        gap,
        refused: (error) => buffer.end(error),
        closed: stop,
      };
      doors.push(() => this.clients.hub.remove(kind, name, listener));
      return this.clients.hub.add(kind, name, listener);
    });
    buffer.ready = Promise.all(confirmed).then(() => undefined);
    buffer.ready.catch(() => undefined);
    if (options.signal?.aborted) stop();
    return buffer;
  }

  /** Ends all subscriptions made here. */
  close(): Promise<void> {
    for (const buffer of [...this.open]) buffer.end();
    return Promise.resolve();
  }

  private channelOf(pattern: string): [ChannelKind, string] {
    if (!isGlob(pattern)) return ['channel', this.keys.channel(pattern)];
    return ['pattern', `${escapeGlob(this.keys.channel(''))}${pattern}`];
  }
}

/** A pattern of the prefix and `*` would hear requests and replies, and each request would seem to be heard by somebody. */
function topicPatterns(pattern: string): string[] {
  return globsWithout(INTERNAL_ROOT, pattern);
}

/** One gap concerns all patterns of a subscription; it is told once. */
function oncePerTurn(act: () => void): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    setImmediate(() => (told = false));
    act();
  };
}
