import { decodeNumbered } from './message.js';

/** What the actors recorded and the sink holds. */
export interface Evidence {
  /** Lines of the producers: `try <conversation> <n>`, `ack <conversation> <n> <ms>`. */
  readonly producers: readonly string[];
  /** Lines of the consumers: `deliver <conversation> <n>`. */
  readonly consumers: readonly string[];
  /** Committed messages, each partition in its order: the time of the entry in ms and the message. */
  readonly sink: readonly { readonly atMs: number; readonly data: string }[];
  readonly deadLetters: number;
}

/**
 * The seven numbers of Jepsen's total-queue checker, and ours.
 * @see https://github.com/jepsen-io/jepsen/blob/main/jepsen/src/jepsen/checker.clj
 */
export interface Verdict {
  readonly attempted: number;
  readonly acknowledged: number;
  /** Acknowledged and committed. */
  readonly ok: number;
  /** Acknowledged and never committed. */
  readonly lost: number;
  /** Committed and never attempted. */
  readonly unexpected: number;
  /** Committed more than once. */
  readonly duplicated: number;
  /** Committed without having been acknowledged. */
  readonly recovered: number;
  /** Committed after a later message of the same conversation. */
  readonly orderViolations: number;
  /** Deliveries to a handler beyond the first of each message: at-least-once. */
  readonly redelivered: number;
  readonly deadLetters: number;
  /** Longest time without an acknowledgement to any producer. */
  readonly longestAckGapMs: number;
  /** Longest time without a commit. */
  readonly longestCommitGapMs: number;
}

export function judge({ producers, consumers, sink, deadLetters }: Evidence): Verdict {
  const attempted = new Set<string>();
  const acknowledged = new Set<string>();
  const ackTimes: number[] = [];
  for (const line of producers) {
    const [what, conversation, n, ms] = line.split(' ') as [string, string, string, string | undefined];
    const id = `${conversation} ${n}`;
    if (what === 'try') attempted.add(id);
    if (what === 'ack') {
      acknowledged.add(id);
      ackTimes.push(Number(ms));
    }
  }
  const commits = new Map<string, number>();
  for (const { data } of sink) commits.set(data, (commits.get(data) ?? 0) + 1);
  const committed = [...commits.keys()];
  return {
    attempted: attempted.size,
    acknowledged: acknowledged.size,
    ok: committed.filter((id) => acknowledged.has(id)).length,
    lost: [...acknowledged].filter((id) => !commits.has(id)).length,
    unexpected: committed.filter((id) => !attempted.has(id)).length,
    duplicated: [...commits.values()].filter((count) => count > 1).length,
    recovered: committed.filter((id) => attempted.has(id) && !acknowledged.has(id)).length,
    orderViolations: violations(sink.map(({ data }) => data)),
    redelivered: consumers.length - new Set(consumers).size,
    deadLetters,
    longestAckGapMs: longestGap(ackTimes),
    longestCommitGapMs: longestGap(sink.map(({ atMs }) => atMs)),
  };
}

/** True when the promises held. */
export function holds({ lost, unexpected, duplicated, orderViolations, deadLetters }: Verdict): boolean {
  return lost === 0 && unexpected === 0 && duplicated === 0 && orderViolations === 0 && deadLetters === 0;
}

function violations(committed: readonly string[]): number {
  const highest = new Map<string, number>();
  let count = 0;
  for (const text of committed) {
    const { conversation, n } = decodeNumbered(text);
    const before = highest.get(conversation) ?? 0;
    if (n < before) count++;
    highest.set(conversation, Math.max(before, n));
  }
  return count;
}

function longestGap(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let longest = 0;
  for (let i = 1; i < sorted.length; i++)
    longest = Math.max(longest, (sorted[i] as number) - (sorted[i - 1] as number));
  return longest;
}
