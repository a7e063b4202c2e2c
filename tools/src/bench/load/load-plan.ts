import { type ContestantName } from '../contestants/contestant-name.js';

/** Which messages are sent, and when. */
export interface MessagePlan {
  /** Messages that are handled before the measurement begins, so that code is compiled and connections are warm. */
  readonly warmUp: number;
  /** Measured messages. */
  readonly messages: number;
  readonly conversations: number;
  readonly send: SendPlan;
}

/** What one pair of producer and consumer is to do; goes to both processes as JSON. */
export interface LoadPlan extends MessagePlan {
  readonly contestant: ContestantName;
  readonly redisPort: number;
  /** Folder in which the peers are installed. */
  readonly peersFolder: string;
  /** Partitions of a contestant that has them. */
  readonly partitions: number;
  /** Handlers at once, for a contestant that has a limit. */
  readonly concurrency: number;
  /** A lane's quiet time, ms; 0 hands over each message alone. */
  readonly quietMs: number;
  /** Handlers wait this long after the first message before they return, ms. */
  readonly stallMs: number;
}

/**
 * `flood`: as fast as acknowledgements allow, at most `window` messages on their way, `chunk` handed over at a time.
 * `steady`: at fixed times, whatever comes back (open loop), so that a stall is charged to every message it delays.
 * `bursts`: `size` messages of one conversation, `gapMs` apart, a new burst every `everyMs`.
 */
export type SendPlan =
  | { readonly kind: 'flood'; readonly window: number; readonly chunk: number }
  | { readonly kind: 'steady'; readonly perSecond: number }
  | { readonly kind: 'bursts'; readonly size: number; readonly gapMs: number; readonly everyMs: number };

/** All messages of a plan. */
export function totalOf({ warmUp, messages }: MessagePlan): number {
  return warmUp + messages;
}
