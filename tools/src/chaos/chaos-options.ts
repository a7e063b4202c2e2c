import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number.js';

export type TopologyName = 'standalone' | 'sentinel';

export interface ChaosOptions {
  readonly seed: number;
  /** Time under faults, ms. */
  readonly durationMs: number;
  readonly topology: TopologyName;
  readonly producers: number;
  readonly consumers: number;
  readonly conversations: number;
  /** Only these faults; all of the topology's when empty. */
  readonly faults: readonly string[];
}

/** @throws Error with one sentence for what does not fit. */
export function chaosOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      minutes: { type: 'string', default: '2' },
      topology: { type: 'string', default: 'standalone' },
      producers: { type: 'string', default: '2' },
      consumers: { type: 'string', default: '3' },
      conversations: { type: 'string', default: '200' },
      faults: { type: 'string', default: '' },
    },
  });
  if (values.topology !== 'standalone' && values.topology !== 'sentinel') {
    throw new Error('--topology must be standalone or sentinel.');
  }
  return {
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    durationMs: positive('minutes', values.minutes, 240) * 60_000,
    topology: values.topology,
    producers: wholeNumber('producers', values.producers, 1, 8),
    consumers: wholeNumber('consumers', values.consumers, 1, 16),
    conversations: wholeNumber('conversations', values.conversations, 1, 100_000),
    faults: values.faults.split(',').filter(Boolean),
  };
}

function positive(name: string, text: string, max: number): number {
  const value = Number(text);
  if (value > 0 && value <= max) return value;
  throw new Error(`--${name} must be above 0 and at most ${max}.`);
}
