import { type Experiment } from '../experiments/experiment.js';
import {
  agentTalk,
  broadcastFlood,
  broadcastSteady,
  directFlood,
  directSteady,
} from '../experiments/patterns.experiment.js';
import { atMost, type Figure, type PairFigure } from './figure.js';

/** One number per peer: throughput of a flood, or p99 under an even load. */
function beside(experiment: Experiment, what: 'throughput' | 'p99', of: string, peers: readonly string[]): Figure[] {
  const read: PairFigure['read'] =
    what === 'p99' ? ({ receiver }) => receiver.latencyMs?.p99 ?? NaN : ({ perSecond }) => perSecond;
  const unit = what === 'p99' ? 'ms' : 'messages/s';
  return peers.map((against) => ({
    name: `${of}-${what}-${against}`,
    about: `${of}, ${what}${what === 'p99' ? ' at 1,000/s' : ''}, ${against}`,
    unit,
    experiment,
    of,
    against,
    read,
  }));
}

/** Broadcasts and direct messages beside the bare commands and Nest's own Redis transport, and agents that talk. */
export const patternFigures: readonly Figure[] = [
  ...beside(broadcastFlood, 'throughput', 'broadcast', ['bare-broadcast', 'nest-broadcast']),
  ...beside(broadcastSteady, 'p99', 'broadcast', ['bare-broadcast', 'nest-broadcast']),
  ...beside(directFlood, 'throughput', 'direct', ['bare-direct']),
  ...beside(directSteady, 'p99', 'direct', ['bare-direct']),
  {
    name: 'agents-p99',
    about: '14 agents, 1,000 letters/s, p99',
    unit: 'ms',
    experiment: agentTalk,
    of: 'agents',
    read: ({ receiver }) => receiver.latencyMs?.p99 ?? NaN,
    limit: atMost(100, 'value'),
  },
];
