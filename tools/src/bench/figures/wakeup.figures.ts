import { governorWakeup } from '../trials/wakeup.trial.js';
import { atMost, type TrialFigure } from './figure.js';

const frame = { unit: 'ms', trial: governorWakeup, of: 'outbound-sender' } as const;

/** How late replies that waited for a rate limit go out. */
export const wakeupFigures: readonly TrialFigure[] = [
  {
    ...frame,
    name: 'governor-wakeup',
    about: 'let through after the permitted time, p99',
    finding: 'p99',
    limit: atMost(20, 'value'),
  },
  { ...frame, name: 'governor-wakeup-p50', about: 'let through after the permitted time, p50', finding: 'p50' },
  { ...frame, name: 'governor-call-p99', about: 'call after the permitted time, p99', finding: 'call99' },
  { ...frame, name: 'governor-call-p50', about: 'call after the permitted time, p50', finding: 'call50' },
  { ...frame, name: 'governor-wakeup-window', about: 'call after its window had room, p50', finding: 'gap50' },
];
