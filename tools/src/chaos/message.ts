/** Logical stream under test and the one that takes what its consumers commit. */
export const STREAM = 'chaos';
export const SINK = 'chaos-sink';
export const GROUP = 'chaos-group';
export const DEAD = 'chaos:dead_letter';

/** One message: the n-th of its conversation, from 1. */
export interface Numbered {
  readonly conversation: string;
  readonly n: number;
}

export function encodeNumbered({ conversation, n }: Numbered): string {
  return `${conversation} ${n}`;
}

export function decodeNumbered(text: string): Numbered {
  const blank = text.indexOf(' ');
  return { conversation: text.slice(0, blank), n: Number(text.slice(blank + 1)) };
}
