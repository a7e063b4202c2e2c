import { type Experiment, ordinary, slower } from './experiment.js';

/** Produce and consume at once. */
export const throughput: Experiment = {
  name: 'throughput',
  repetitions: 5,
  variants: {
    switchboard: ordinary,
    bare: { ...ordinary, contestant: 'bare' },
    bullmq: { ...slower, contestant: 'bullmq' },
    groupmq: { ...slower, contestant: 'groupmq' },
  },
};

/** Consume what was produced before. */
export const drain: Experiment = {
  name: 'drain',
  repetitions: 3,
  variants: Object.fromEntries(
    Object.entries(throughput.variants).map(([name, plan]) => [name, { ...plan, mode: 'drain' }]),
  ),
};
