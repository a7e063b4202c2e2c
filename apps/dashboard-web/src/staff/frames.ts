import type { ConversationUpdate } from '@switchboard/message-schema';

/** What the server sends over the socket. */
export type Frame =
  | { readonly type: 'update'; readonly cursor: string; readonly update: ConversationUpdate }
  | { readonly type: 'snapshot-end'; readonly cursor: string }
  | { readonly type: 'reset' }
  | { readonly type: 'heartbeat' };

/** Reads a frame; undefined for one that this page does not know. */
export function readFrame(text: unknown): Frame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const frame = JSON.parse(text) as Frame | null;
    return frame && typeof frame === 'object' && typeof frame.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
