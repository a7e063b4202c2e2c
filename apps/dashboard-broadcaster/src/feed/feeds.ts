import { propertyChannel } from '@switchboard/message-schema';
import { type Keys } from '@switchboard/redis-transport';
import { type Redis } from 'ioredis';
import { type FeedBell } from './feed-bell.js';
import { FeedStreams } from './feed-streams.js';
import { type FeedListener, type FeedObserver, PropertyFeed } from './property-feed.js';

/** Where the feeds are. */
export interface FeedPlace {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly partitions: number;
  /** Time between two comparisons of a watched feed with its streams; bounds the delay of an unannounced entry. */
  readonly surveyMs: number;
}

interface Watched {
  readonly feed: PropertyFeed;
  readonly opened: Promise<void>;
  users: number;
}

/** The feeds somebody watches in this process: one per property, opened with its first watcher, closed with its last. */
export class Feeds {
  private readonly watched = new Map<string, Watched>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly place: FeedPlace,
    private readonly bell: FeedBell,
    private readonly observer: FeedObserver,
  ) {
    this.timer = setInterval(() => this.survey(), place.surveyMs);
    this.timer.unref();
  }

  /**
   * Adds a watcher to a property's feed and returns the feed, which has been read to the present. @throws when Redis is
   * away; nothing is then left behind.
   */
  async watch(propertyId: string, listener: FeedListener): Promise<PropertyFeed> {
    const watched = this.watched.get(propertyId) ?? this.begin(propertyId);
    watched.users++;
    try {
      await watched.opened;
    } catch (error) {
      this.release(propertyId, watched);
      throw error;
    }
    watched.feed.add(listener);
    return watched.feed;
  }

  /** Takes back one `watch`. */
  unwatch(feed: PropertyFeed, listener: FeedListener): void {
    const { propertyId } = feed.streams;
    const watched = this.watched.get(propertyId);
    feed.remove(listener);
    if (watched?.feed === feed) this.release(propertyId, watched);
  }

  /** Stops the periodic survey. */
  close(): void {
    clearInterval(this.timer);
    for (const propertyId of this.watched.keys()) this.bell.mute(this.channel(propertyId));
    this.watched.clear();
  }

  private begin(propertyId: string): Watched {
    const { redis, keys, partitions } = this.place;
    const feed = new PropertyFeed(new FeedStreams(redis, keys, propertyId, partitions), this.observer);
    // Subscribed before the streams' ends are read: what comes in between rings, or is before the end.
    const opened = this.bell.listen(this.channel(propertyId), feed).then(() => feed.open());
    const watched = { feed, opened, users: 0 };
    this.watched.set(propertyId, watched);
    return watched;
  }

  private release(propertyId: string, watched: Watched): void {
    watched.users--;
    if (watched.users > 0 || this.watched.get(propertyId) !== watched) return;
    this.watched.delete(propertyId);
    this.bell.mute(this.channel(propertyId));
  }

  private survey(): void {
    for (const { feed } of this.watched.values()) feed.survey();
  }

  private channel(propertyId: string): string {
    return this.place.keys.channel(propertyChannel(propertyId));
  }
}
