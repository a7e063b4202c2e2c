import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number.js';

export interface LoadOptions {
  readonly messages: number;
  readonly conversations: number;
  readonly seed: number;
  /** Messages a second that guests write. */
  readonly rate: number;
  /** Ingress has a spool, and Redis is killed in the middle of the load. */
  readonly spool: boolean;
}

/** @throws Error with one sentence for what does not fit. */
export function loadOptions(args: readonly string[]): LoadOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      messages: { type: 'string', default: '10000' },
      conversations: { type: 'string', default: '500' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rate: { type: 'string', default: '60' },
      spool: { type: 'boolean', default: false },
    },
  });
  const messages = wholeNumber('messages', values.messages, 1, 20_000);
  return {
    messages,
    conversations: wholeNumber('conversations', values.conversations, 1, messages),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    rate: wholeNumber('rate', values.rate, 1, 1_000),
    spool: values.spool,
  };
}
