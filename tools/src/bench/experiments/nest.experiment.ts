import { type Experiment, ordinary, slower } from './experiment.js';

const draining = { ...ordinary, mode: 'drain' } as const;

/** What Nest costs on top of the engine: the receiver works off the same messages with and without it. */
export const strategy: Experiment = {
  name: 'strategy',
  repetitions: 5,
  variants: {
    nest: { ...draining, contestant: 'nest' },
    'by-hand': { ...draining, contestant: 'by-hand' },
    switchboard: draining,
  },
};

const asking = {
  ...slower,
  messages: 20_000,
  conversations: 1_000,
  send: { kind: 'steady', perSecond: 1_000 },
} as const;

/** Question and answer under an even load. */
export const requestReply: Experiment = {
  name: 'request-reply',
  repetitions: 5,
  variants: {
    requests: { ...asking, contestant: 'requests' },
    'nest-redis': { ...asking, contestant: 'nest-redis' },
  },
};
