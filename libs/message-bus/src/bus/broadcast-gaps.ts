import { type SequenceRange } from '../ports/mailboxes.js';

/** Most senders and topics kept in mind; the one not heard of for longest is forgotten. */
const MOST_KNOWN = 10_000;

/**
 * Notices broadcasts that never came. They arrive in the order of their numbers, so a number skipped is lost; the first
 * one heard of a sender says where its numbers stand.
 */
export class BroadcastGaps {
  private readonly last = new Map<string, number>();

  /** The numbers that were skipped before this one. */
  heard(topic: string, sender: string, sequence: number | undefined): SequenceRange | undefined {
    if (sequence === undefined) return undefined;
    const name = `${topic}\n${sender}`;
    const last = this.last.get(name);
    this.last.delete(name);
    this.last.set(name, sequence);
    if (this.last.size > MOST_KNOWN) this.last.delete(this.last.keys().next().value as string);
    // A lower number: the store began to count anew.
    return last !== undefined && sequence > last + 1 ? { from: last + 1, to: sequence - 1 } : undefined;
  }
}
