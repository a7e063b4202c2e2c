import { conversations, partitions } from '../experiments/scale.experiment.js';
import { throughput } from '../experiments/throughput.experiment.js';
import { atMost, type Figure } from './figure.js';

const cpu = {
  unit: 's/100k',
  of: 'switchboard',
  read: ({ cpuPer100k }) => cpuPer100k,
} satisfies Partial<Figure>;

/** Processor time of both Node processes and Redis. */
export const costFigures: readonly Figure[] = [
  { ...cpu, name: 'cpu-bare', about: 'CPU, bare loop', experiment: throughput, against: 'bare', limit: atMost(2) },
  { ...cpu, name: 'cpu-bullmq', about: 'CPU, BullMQ', experiment: throughput, against: 'bullmq', limit: atMost(0.25) },
  { ...cpu, name: 'cpu-groupmq', about: 'CPU, GroupMQ', experiment: throughput, against: 'groupmq' },
  {
    ...cpu,
    name: 'cost-conversations',
    about: 'CPU, 1M against 1k conversations',
    experiment: conversations,
    of: 'one-million',
    against: 'one-thousand',
    limit: atMost(1.3),
  },
  {
    ...cpu,
    name: 'cost-partitions',
    about: 'CPU, 64 against 1 partition',
    experiment: partitions,
    of: 'sixty-four',
    against: 'one',
    limit: atMost(1.3),
  },
];
