import { type LogEffect } from '@switchboard/delivery';
import { type Priority } from '@switchboard/message-schema';

/** What is put into a work queue. */
export interface PutItem {
  /** The queue takes each id once. */
  readonly id: string;
  readonly data: string;
  /** `normal` by default. */
  readonly priority?: Priority;
  readonly delayMs?: number;
  /** Log lines (audit) that are written with it, in one script; they lie in the queue's own partition. */
  readonly effects?: readonly LogEffect[];
}

export type PutResult = 'stored' | 'duplicate';
