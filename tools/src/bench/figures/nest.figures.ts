import { requestReply, strategy } from '../experiments/nest.experiment.js';
import { atMost, type Figure } from './figure.js';

/** Processor time of the receiving process for one message: its share of that of all three. */
const perMessage = {
  unit: 'µs',
  experiment: strategy,
  of: 'nest',
  read: ({ cpuPer100k, sender, receiver, redisCpuSeconds }) =>
    (cpuPer100k * 10 * receiver.cpuSeconds) / (sender.cpuSeconds + receiver.cpuSeconds + redisCpuSeconds),
} satisfies Partial<Figure>;

const roundTrip = { unit: 'ms', experiment: requestReply, of: 'requests', against: 'nest-redis' } as const;

/** What the Nest strategy costs beside the engine alone, and requests beside those of Nest's own Redis transport. */
export const nestFigures: readonly Figure[] = [
  {
    ...perMessage,
    name: 'nest-overhead',
    about: 'CPU per message, engine without Nest',
    against: 'by-hand',
    limit: atMost(1.3),
  },
  {
    ...perMessage,
    name: 'nest-overhead-unread',
    about: 'CPU per message, engine that reads none',
    against: 'switchboard',
  },
  {
    ...roundTrip,
    name: 'nest-request-p99',
    about: 'question to answer, Nest’s own Redis',
    read: ({ sender }) => sender.latencyMs?.p99 ?? NaN,
    limit: atMost(1),
  },
  {
    ...roundTrip,
    name: 'nest-request-p50',
    about: 'question to answer, p50',
    read: ({ sender }) => sender.latencyMs?.p50 ?? NaN,
  },
];
