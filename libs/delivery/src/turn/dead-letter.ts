import { type LogEffect } from '../ports/effects.js';
import { type PartitionRef, type StoredEntry } from '../ports/stream-store.js';

/** A message that was given up, with all that is needed to understand and to replay it. */
export interface DeadLetter {
  readonly stream: string;
  readonly group: string;
  readonly partition: number;
  readonly entryId: string;
  /** Conversation id. */
  readonly key: string;
  /** Message id. */
  readonly id: string;
  /** The message as stored. */
  readonly data: string;
  readonly reason: string;
  readonly attempts: number;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string; readonly stack?: string };
  /** RFC 3339. */
  readonly failedAt: string;
  /** The conversation waits at this message until the letter is replayed or discarded. */
  readonly parked?: true;
}

/** Longest stack kept with a dead letter, in characters. */
const MAX_STACK = 4_000;

export function deadLetterOf(
  at: PartitionRef,
  entry: StoredEntry,
  reason: string,
  attempts: number,
  error?: unknown,
): DeadLetter {
  return {
    stream: at.stream,
    group: at.group,
    partition: at.partition,
    entryId: entry.entryId,
    key: entry.key,
    id: entry.id,
    data: entry.data,
    reason,
    attempts,
    ...(error === undefined ? {} : { error: describe(error) }),
    failedAt: new Date().toISOString(),
  };
}

/** The dead letter as a line of its log: whole as JSON in `d`, and what people look for first in fields of their own. */
export function deadLetterEffect(letter: DeadLetter, logStream: string): LogEffect {
  return {
    kind: 'log',
    stream: logStream,
    cap: 0,
    fields: [
      'k',
      letter.key,
      'i',
      letter.id,
      'error',
      letter.error?.message ?? letter.reason,
      'failed_at',
      letter.failedAt,
      'd',
      JSON.stringify(letter),
    ],
  };
}

function describe(error: unknown): NonNullable<DeadLetter['error']> {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack ? { stack: error.stack.slice(0, MAX_STACK) } : {}),
  };
}
