import { type Experiment, ordinary, slower } from './experiment.js';

const broadcasts = { ...ordinary, contestant: 'broadcast', conversations: 1 } as const;
const directs = { ...ordinary, contestant: 'direct', messages: 60_000, warmUp: 6_000, conversations: 60_000 } as const;
const steady = { messages: 6_000, warmUp: 3_000, send: { kind: 'steady', perSecond: 1_000 } } as const;

/** As many broadcasts as go through. */
export const broadcastFlood: Experiment = {
  name: 'broadcast',
  repetitions: 3,
  variants: {
    broadcast: broadcasts,
    'bare-broadcast': { ...broadcasts, contestant: 'bare-broadcast' },
    'nest-broadcast': { ...broadcasts, contestant: 'nest-broadcast' },
  },
};

/** Broadcasts under an even load. */
export const broadcastSteady: Experiment = {
  name: 'broadcast-1000',
  repetitions: 3,
  variants: Object.fromEntries(
    Object.entries(broadcastFlood.variants).map(([name, plan]) => [name, { ...plan, ...steady }]),
  ),
};

/** As many direct messages as go through. */
export const directFlood: Experiment = {
  name: 'direct',
  repetitions: 3,
  variants: { direct: directs, 'bare-direct': { ...directs, contestant: 'bare-direct' } },
};

/** Direct messages under an even load. */
export const directSteady: Experiment = {
  name: 'direct-1000',
  repetitions: 3,
  variants: Object.fromEntries(
    Object.entries(directFlood.variants).map(([name, plan]) => [name, { ...plan, ...steady }]),
  ),
};

/** Fourteen agents that write to each other, 1,000 letters a second in all. */
export const agentTalk: Experiment = {
  name: 'agents-1000',
  repetitions: 3,
  variants: { agents: { ...slower, ...steady, contestant: 'agents', conversations: 60_000 } },
};
