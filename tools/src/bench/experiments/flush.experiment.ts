import { type Experiment, ordinary } from './experiment.js';

/** The quiet time of the measured batches, ms. */
export const FLUSH_QUIET_MS = 200;

/** Bursts of three messages, each a batch of its own; 500 conversations, fifty bursts a second. */
export const flush: Experiment = {
  name: 'flush',
  repetitions: 2,
  variants: {
    switchboard: {
      ...ordinary,
      warmUp: 3_000,
      messages: 1_200,
      conversations: 500,
      quietMs: FLUSH_QUIET_MS,
      send: { kind: 'bursts', size: 3, gapMs: 20, everyMs: 20 },
    },
  },
};
