import { flush, FLUSH_QUIET_MS } from '../experiments/flush.experiment.js';
import { atMost, type Figure } from './figure.js';

export const flushFigures: readonly Figure[] = [
  {
    name: 'flush-p99',
    about: 'handler after the end of quiet, p99',
    unit: 'ms',
    experiment: flush,
    of: 'switchboard',
    read: ({ receiver }) => (receiver.latencyMs?.p99 ?? NaN) - FLUSH_QUIET_MS,
    limit: atMost(50, 'value'),
  },
];
