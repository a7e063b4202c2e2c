import { type Experiment } from '../experiments/experiment.js';
import { latencyAt1000, latencyAt5000 } from '../experiments/latency.experiment.js';
import { atMost, type Figure } from './figure.js';

function latencyFigures(experiment: Experiment, rate: string): Figure[] {
  const p99 = {
    unit: 'ms',
    experiment,
    of: 'switchboard',
    read: ({ receiver }) => receiver.latencyMs?.p99 ?? NaN,
  } satisfies Partial<Figure>;
  const p50: typeof p99 = { ...p99, read: ({ receiver }) => receiver.latencyMs?.p50 ?? NaN };
  const name = experiment.name;
  return [
    { ...p99, name: `${name}-p99-bare`, about: `p99 at ${rate}, bare loop`, against: 'bare', limit: atMost(2) },
    { ...p99, name: `${name}-p99-bullmq`, about: `p99 at ${rate}, BullMQ`, against: 'bullmq', limit: atMost(1) },
    { ...p50, name: `${name}-p50-bare`, about: `p50 at ${rate}, bare loop`, against: 'bare' },
    { ...p50, name: `${name}-p50-bullmq`, about: `p50 at ${rate}, BullMQ`, against: 'bullmq' },
  ];
}

export const allLatencyFigures: readonly Figure[] = [
  ...latencyFigures(latencyAt1000, '1,000/s'),
  ...latencyFigures(latencyAt5000, '5,000/s'),
];
