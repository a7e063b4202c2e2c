import { type MessagePlan } from './load-plan.js';

/** A message as every contestant sends it. */
export interface BenchMessage {
  /** Conversation. */
  readonly key: string;
  readonly id: string;
  /** 300 bytes, ASCII: number, due time and filling. */
  readonly data: string;
}

/** Size of a message's content, bytes. */
export const MESSAGE_BYTES = 300;

const filling = 'm'.repeat(MESSAGE_BYTES);

/** Conversation of the message number `n`, counted from 0; the numbers of one conversation grow. */
export function conversationOf(n: number, { conversations, send }: MessagePlan): number {
  return (send.kind === 'bursts' ? Math.floor(n / send.size) : n) % conversations;
}

/** @param dueAtMs the time at which the message was to be sent, by the machine's clock */
export function benchMessage(n: number, dueAtMs: number, plan: MessagePlan): BenchMessage {
  const head = `${n} ${dueAtMs.toFixed(3)} `;
  return { key: `c${conversationOf(n, plan)}`, id: `m${n}`, data: head + filling.slice(head.length) };
}

/** Number and due time, out of the content. */
export function readBenchMessage(data: string): { n: number; dueAtMs: number } {
  const first = data.indexOf(' ');
  return { n: Number(data.slice(0, first)), dueAtMs: Number(data.slice(first + 1, data.indexOf(' ', first + 1))) };
}
