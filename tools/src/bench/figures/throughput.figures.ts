import { drain, throughput } from '../experiments/throughput.experiment.js';
import { atLeast, type Figure } from './figure.js';

const live = {
  unit: 'messages/s',
  experiment: throughput,
  of: 'switchboard',
  read: ({ perSecond }) => perSecond,
} satisfies Partial<Figure>;

const draining = { ...live, experiment: drain };

export const throughputFigures: readonly Figure[] = [
  { ...live, name: 'throughput-bare', about: 'produce + consume, bare loop', against: 'bare', limit: atLeast(0.7) },
  { ...live, name: 'throughput-bullmq', about: 'produce + consume, BullMQ', against: 'bullmq', limit: atLeast(6) },
  { ...live, name: 'throughput-groupmq', about: 'produce + consume, GroupMQ', against: 'groupmq', limit: atLeast(7) },
  { ...draining, name: 'drain-bare', about: 'draining, bare loop', against: 'bare' },
  { ...draining, name: 'drain-bullmq', about: 'draining, BullMQ', against: 'bullmq' },
  { ...draining, name: 'drain-groupmq', about: 'draining, GroupMQ', against: 'groupmq' },
];
