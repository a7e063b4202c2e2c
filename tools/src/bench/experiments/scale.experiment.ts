import { type Experiment, ordinary } from './experiment.js';

const million = { ...ordinary, messages: 1_000_000 };

/** The same messages over few and over very many conversations. */
export const conversations: Experiment = {
  name: 'conversations',
  repetitions: 2,
  variants: {
    'one-million': { ...million, conversations: 1_000_000 },
    'one-thousand': { ...million, conversations: 1_000 },
  },
};

/** The same messages over one and over many partitions. */
export const partitions: Experiment = {
  name: 'partitions',
  repetitions: 3,
  variants: {
    'sixty-four': { ...ordinary, partitions: 64 },
    one: { ...ordinary, partitions: 1 },
  },
};
