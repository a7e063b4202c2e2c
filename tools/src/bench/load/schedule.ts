import { type MessagePlan } from './load-plan.js';

/** When the message number `n` is to be sent, ms after the start. */
export interface Due {
  readonly n: number;
  readonly atMs: number;
}

/** The measured messages of an open-loop plan in the order of their times. */
export function scheduleOf({ warmUp, messages, send }: MessagePlan): Due[] {
  const due = Array.from({ length: messages }, (_, i): Due => ({ n: warmUp + i, atMs: dueAfterMs(i, send) }));
  return due.sort((a, b) => a.atMs - b.atMs);
}

function dueAfterMs(i: number, send: MessagePlan['send']): number {
  if (send.kind === 'steady') return (i * 1_000) / send.perSecond;
  if (send.kind === 'bursts') return Math.floor(i / send.size) * send.everyMs + (i % send.size) * send.gapMs;
  throw new Error('A flood has no schedule');
}
