import { type Random } from '../chaos/random.js';
import { type GuestPost, type GuestText } from './guest-post.js';

/** Longest burst of one guest, in messages. */
const LONGEST_BURST = 4;
/** Where Chatwoot's numbers of messages begin. */
const FIRST_CHATWOOT_ID = 500_000;

/**
 * What guests write, in the order in which they write it: bursts of one to four messages, half of the conversations over
 * either provider. Every conversation gets its share, and the same random numbers give the same plan.
 */
export function loadPlan(messages: number, conversations: number, random: Random): readonly GuestPost[] {
  const written = new Map<number, number>();
  const posts: GuestPost[] = [];
  for (let left = messages; left > 0;) {
    for (const guest of random.shuffled(Array.from({ length: conversations }, (_, i) => i))) {
      const count = Math.min(left, random.between(1, LONGEST_BURST));
      if (count === 0) break;
      const first = written.get(guest) ?? 0;
      written.set(guest, first + count);
      posts.push(...burst(guest, first, count, random));
      left -= count;
    }
  }
  return posts;
}

function burst(guest: number, first: number, count: number, random: Random): GuestPost[] {
  const channel = guest % 2 === 0 ? 'chatwoot' : 'whatsapp';
  const texts = Array.from({ length: count }, (_, i) => textOf(channel, guest, first + i + 1));
  // Meta now and then tells several messages in one request.
  if (channel === 'whatsapp' && random.next() < 0.5) return [{ channel, guest, texts }];
  return texts.map((text) => ({ channel, guest, texts: [text] }));
}

function textOf(channel: GuestPost['channel'], guest: number, n: number): GuestText {
  const id = channel === 'chatwoot' ? String(FIRST_CHATWOOT_ID + guest * 100_000 + n) : `wamid.load-${guest}-${n}`;
  return { id, conversation: `${channel}-${guest}`, n };
}
