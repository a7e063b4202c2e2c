import { Injectable } from '@nestjs/common';

/** What was found of a reply holds so long. */
const FRESH_MS = 60_000;
const MOST = 10_000;

/**
 * Replies that wait for leave to call and for nothing else: ledger and service window were found in order, and need not be
 * looked at again when the leave comes. Should somebody else have begun to send one meanwhile, the ledger refuses the intent.
 */
@Injectable()
export class ClearedReplies {
  private readonly foundAtMs = new Map<string, number>();

  /** All but the leave is in order. */
  add(replyId: string): void {
    const [oldest] = this.foundAtMs.size >= MOST ? this.foundAtMs.keys() : [];
    if (oldest !== undefined) this.foundAtMs.delete(oldest);
    this.foundAtMs.set(replyId, performance.now());
  }

  /** True when this was said of the reply shortly before; it is forgotten. */
  take(replyId: string): boolean {
    const atMs = this.foundAtMs.get(replyId);
    this.foundAtMs.delete(replyId);
    return atMs !== undefined && performance.now() - atMs < FRESH_MS;
  }
}
