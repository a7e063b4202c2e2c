import { setTimeout as pause } from 'node:timers/promises';
import { type GuestPost, type GuestText } from './guest-post.js';
import { type PersistentProvider } from './persistent-provider.js';
import { type WebhookBodies } from './webhook-body.js';

/** This share of the posts waits until every service has been killed once, so that all kills fall into the load. */
const HELD_BACK = 0.1;

/** Guests who write by plan. One of them writes the next message only when the provider has got rid of the one before. */
export class Guests {
  readonly attempted: GuestText[] = [];
  readonly accepted: GuestText[] = [];
  private readonly conversations = new Map<number, Promise<void>>();

  constructor(
    private readonly provider: PersistentProvider,
    private readonly bodies: WebhookBodies,
  ) {}

  /** Writes all of it at so many messages a second, and resolves when everything was delivered or given up. */
  async write(posts: readonly GuestPost[], rate: number, harmed: Promise<void>): Promise<void> {
    const heldBackFrom = Math.floor(posts.length * (1 - HELD_BACK));
    let dueAtMs = performance.now();
    for (const [i, post] of posts.entries()) {
      if (i === heldBackFrom) {
        await harmed;
        dueAtMs = Math.max(dueAtMs, performance.now());
      }
      dueAtMs += (post.texts.length * 1_000) / rate;
      await pause(Math.max(0, dueAtMs - performance.now()));
      this.writeInTurn(post);
    }
    await Promise.all(this.conversations.values());
  }

  private writeInTurn(post: GuestPost): void {
    const before = this.conversations.get(post.guest) ?? Promise.resolve();
    this.conversations.set(
      post.guest,
      before.then(() => this.writeOne(post)),
    );
  }

  private async writeOne(post: GuestPost): Promise<void> {
    this.attempted.push(...post.texts);
    if (await this.provider.deliver(post.channel, this.bodies.of(post))) this.accepted.push(...post.texts);
  }
}
