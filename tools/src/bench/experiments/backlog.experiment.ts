import { type Experiment, ordinary } from './experiment.js';

/**
 * A consumer that starts on a great backlog while its handlers are stuck at first, so that it reads until its own limit
 * stops it, and then works it off.
 */
export function backlogOf(messages: number, conversations: number): Experiment {
  return {
    name: 'backlog',
    repetitions: 1,
    variants: { switchboard: { ...ordinary, mode: 'drain', warmUp: 0, messages, conversations, stallMs: 3_000 } },
  };
}
