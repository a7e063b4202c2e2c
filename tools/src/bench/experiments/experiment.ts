import { type PairPlan } from '../worker/run-pair.js';

/** Everything of a plan but what the run itself knows. */
export type VariantPlan = Omit<PairPlan, 'peersFolder'>;

/** Runs that belong together: each variant once in every repetition, in turn, so that all meet the same machine. */
export interface Experiment {
  readonly name: string;
  readonly repetitions: number;
  readonly variants: Readonly<Record<string, VariantPlan>>;
}

/** Ordinary settings; a variant changes what it is about. */
export const ordinary = {
  contestant: 'switchboard',
  mode: 'live',
  warmUp: 20_000,
  messages: 150_000,
  conversations: 1_000,
  partitions: 16,
  concurrency: 64,
  quietMs: 0,
  stallMs: 0,
  send: { kind: 'flood', window: 2_000, chunk: 100 },
} as const satisfies VariantPlan;

/** Messages that a peer handles in about the time in which Switchboard handles `ordinary.messages`. */
export const slower = { ...ordinary, warmUp: 3_000, messages: 20_000 } as const satisfies VariantPlan;
