import { type GuestText } from './guest-post.js';

/** What an agent answered. */
export interface Reply {
  readonly id: string;
  /** The provider's ids of the messages it answers, oldest first. */
  readonly inReplyTo: readonly string[];
}

/** One message that a provider took. */
export interface Sending {
  readonly replyId: string;
  /** Whether the provider's answer went out whole. */
  readonly answered: boolean;
}

/** What was written, answered and sent. */
export interface LoadEvidence {
  readonly attempted: readonly GuestText[];
  readonly accepted: readonly GuestText[];
  readonly replies: readonly Reply[];
  /** Each provider's in the order in which it took them. */
  readonly sendings: readonly Sending[];
  readonly deadLetters: number;
}

export interface LoadVerdict {
  readonly attempted: number;
  readonly accepted: number;
  /** Accepted, and a reply to it was taken by the provider. */
  readonly answered: number;
  /** Accepted and not answered. */
  readonly lost: number;
  /** Messages that more than one reply answers. */
  readonly answeredTwice: number;
  /** Answers to what nobody wrote, and sendings of replies that do not exist. */
  readonly unexpected: number;
  /** Messages answered after a later one of the same conversation. */
  readonly outOfOrder: number;
  /** Further sendings of a reply that was taken before by a call the provider never answered. */
  readonly doubleSendsExplained: number;
  /** All other further sendings of a reply. */
  readonly doubleSendsUnexplained: number;
  readonly deadLetters: number;
}

export function judge({ attempted, accepted, replies, sendings, deadLetters }: LoadEvidence): LoadVerdict {
  const written = new Map(attempted.map((text) => [text.id, text]));
  const byId = new Map(replies.map((reply) => [reply.id, reply]));
  const timesSent = new Map<string, Sending[]>();
  for (const sending of sendings) {
    timesSent.set(sending.replyId, [...(timesSent.get(sending.replyId) ?? []), sending]);
  }
  // A map keeps the order of first insertion: that of the first sending of each reply.
  const arrived = [...timesSent.keys()].flatMap((id) => byId.get(id)?.inReplyTo ?? []);
  const answered = new Set(arrived);
  const covered = replies.flatMap(({ inReplyTo }) => inReplyTo);
  const ok = accepted.filter(({ id }) => answered.has(id)).length;
  const repeats = [...timesSent.values()].flatMap(repeatsOf);
  return {
    attempted: attempted.length,
    accepted: accepted.length,
    answered: ok,
    lost: accepted.length - ok,
    answeredTwice: covered.length - new Set(covered).size,
    unexpected:
      covered.filter((id) => !written.has(id)).length + [...timesSent.keys()].filter((id) => !byId.has(id)).length,
    outOfOrder: violations(arrived.flatMap((id) => written.get(id) ?? [])),
    doubleSendsExplained: repeats.filter((explained) => explained).length,
    doubleSendsUnexplained: repeats.filter((explained) => !explained).length,
    deadLetters,
  };
}

/** True when the promises held. */
export function holds(verdict: LoadVerdict): boolean {
  const { attempted, accepted, lost, answeredTwice, unexpected, outOfOrder, doubleSendsUnexplained, deadLetters } =
    verdict;
  const faults = [lost, answeredTwice, unexpected, outOfOrder, doubleSendsUnexplained, deadLetters];
  return attempted > 0 && accepted === attempted && faults.every((count) => count === 0);
}

/** For every sending beyond the first, whether all before it went without an answer. */
function repeatsOf(sendings: readonly Sending[]): boolean[] {
  return sendings.slice(1).map((_, i) => sendings.slice(0, i + 1).every(({ answered }) => !answered));
}

function violations(answered: readonly GuestText[]): number {
  const latest = new Map<string, number>();
  let count = 0;
  for (const { conversation, n } of answered) {
    const before = latest.get(conversation) ?? 0;
    if (n < before) count += 1;
    latest.set(conversation, Math.max(before, n));
  }
  return count;
}
