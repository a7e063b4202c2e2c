import { type Experiment, slower } from './experiment.js';

/**
 * Time from publish to handler under an even load well below what the slowest contestant can carry, for long enough that
 * the compiling of the first seconds is not what the slowest percent shows.
 */
function latencyAt(perSecond: number, seconds: number): Experiment {
  const plan = { ...slower, messages: perSecond * seconds, send: { kind: 'steady', perSecond } } as const;
  return {
    name: `latency-${perSecond}`,
    repetitions: 3,
    variants: {
      switchboard: plan,
      bare: { ...plan, contestant: 'bare' },
      bullmq: { ...plan, contestant: 'bullmq' },
    },
  };
}

export const latencyAt1000 = latencyAt(1_000, 20);
export const latencyAt5000 = latencyAt(5_000, 16);
