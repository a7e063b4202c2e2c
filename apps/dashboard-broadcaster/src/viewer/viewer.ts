import { type FeedEntry } from '../feed/feed-entry.js';
import { type Feeds } from '../feed/feeds.js';
import { type FeedListener, type PropertyFeed } from '../feed/property-feed.js';
import { isAfter, type Positions } from '../feed/positions.js';
import { isBroken, snapshotOf, stretchBetween } from './catch-up.js';
import { RESET_FRAME, snapshotEndFrame, updateFrame } from './frames.js';
import { type ViewerSocket } from './viewer-socket.js';

/**
 * One browser that watches a property: first what it missed, read from the streams, then what the live feed hands out.
 * It goes live in the very moment in which it has seen all that the feed had read, so that nothing falls between and
 * nothing comes twice; `seen` alone decides what is still to be sent.
 */
export class Viewer implements FeedListener {
  private state: 'catching up' | 'live' | 'ended' = 'catching up';
  private seen: string[] = [];
  private feed: PropertyFeed | undefined;

  constructor(
    private readonly socket: ViewerSocket,
    private readonly feeds: Feeds,
    private readonly snapshotSize: number,
    private readonly onSent: () => void,
  ) {}

  /**
   * Begins to send: everything after `cursor`, or the latest updates without one. Returns when the viewer is live or has
   * ended. @throws when Redis is away.
   */
  async start(propertyId: string, cursor: Positions | undefined): Promise<void> {
    const feed = await this.feeds.watch(propertyId, this);
    if (this.hasEnded()) return this.feeds.unwatch(feed, this);
    this.feed = feed;
    if (cursor && !(await isBroken(feed.streams, cursor))) this.seen = [...cursor];
    else await this.sendSnapshot(feed, cursor !== undefined);
    await this.catchUp(feed);
  }

  /** Sends nothing more and lets go of the feed. */
  end(): void {
    if (this.hasEnded()) return;
    this.state = 'ended';
    if (this.feed) this.feeds.unwatch(this.feed, this);
  }

  onEntry(entry: FeedEntry): void {
    if (this.state === 'live') this.show(entry);
  }

  onSetBack(partition: number, position: string): void {
    if (isAfter(this.seen[partition] ?? position, position)) this.seen[partition] = position;
  }

  private async sendSnapshot(feed: PropertyFeed, afterGap: boolean): Promise<void> {
    const { entries, seen } = await snapshotOf(feed.streams, this.snapshotSize);
    this.seen = seen;
    if (afterGap) this.socket.send(RESET_FRAME);
    await this.showAll(entries);
  }

  private async catchUp(feed: PropertyFeed): Promise<void> {
    while (!this.hasEnded() && this.isBehind(feed)) {
      await this.showAll(await stretchBetween(feed.streams, this.seen, feed.positions));
    }
    if (this.hasEnded()) return;
    this.state = 'live';
    this.socket.send(snapshotEndFrame(this.seen));
  }

  private isBehind(feed: PropertyFeed): boolean {
    return feed.positions.some((head, partition) => isAfter(head, this.seen[partition]));
  }

  private async showAll(entries: readonly FeedEntry[]): Promise<void> {
    for (const entry of entries) {
      this.show(entry);
      if (this.socket.isFilling) await this.socket.drained();
    }
    await this.socket.drained();
  }

  private show(entry: FeedEntry): void {
    if (this.hasEnded() || !isAfter(entry.id, this.seen[entry.partition])) return;
    this.seen[entry.partition] = entry.id;
    this.socket.send(updateFrame(entry, this.seen));
    this.onSent();
  }

  /** A method, because the state changes while something is awaited. */
  private hasEnded(): boolean {
    return this.state === 'ended';
  }
}
