import { parseArgs } from 'node:util';
import { type Backlog } from './figures/figures.js';

export interface BenchOptions {
  /** Only the figures of this name, or that begin with it. */
  readonly only?: string | undefined;
  /** Every number of messages is multiplied by this; below 1 for a short trial. */
  readonly scale: number;
  /** Repetitions of every experiment instead of its own number. */
  readonly repetitions?: number | undefined;
  readonly backlog: Backlog;
  /** Folder for V8 processor profiles of all workers. */
  readonly profileFolder?: string | undefined;
}

export const usage = `npm run bench -- [--only=<figure or its beginning>] [--scale=1] [--repetitions=<n>]
  [--backlog-messages=1000000] [--backlog-conversations=100000] [--profile=<folder>]`;

/** @throws Error that says what is wrong with the arguments */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      scale: { type: 'string', default: '1' },
      repetitions: { type: 'string' },
      'backlog-messages': { type: 'string', default: '1000000' },
      'backlog-conversations': { type: 'string', default: '100000' },
      profile: { type: 'string' },
    },
  });
  return {
    only: values.only,
    scale: positive('scale', values.scale),
    repetitions: values.repetitions === undefined ? undefined : positive('repetitions', values.repetitions),
    backlog: {
      messages: positive('backlog-messages', values['backlog-messages']),
      conversations: positive('backlog-conversations', values['backlog-conversations']),
    },
    profileFolder: values.profile,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} must be a positive number`);
}
