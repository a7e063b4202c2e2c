import { type DeadLetter, type Outcome } from '@switchboard/delivery';

/**
 * What became of messages: handled and acknowledged, to be tried again, or given up. `error` is what the handler threw, or
 * what a filter made of it; `letter` is the dead letter, where there is a Redis.
 */
export type TestOutcome = Outcome & { readonly error?: unknown; readonly letter?: DeadLetter };
