import { agentMessageValidation, envelopeValidation } from '../loops/validation.loop.js';
import { atMost, type LoopFigure } from './figure.js';

/** Check of a whole message, its own fields and its payload, once it has been parsed. */
export const validationFigures: readonly LoopFigure[] = [
  {
    name: 'validation-envelope',
    about: "check of a guest's message",
    unit: 'µs',
    loop: envelopeValidation,
    limit: atMost(3, 'value'),
  },
  {
    name: 'validation-agent-message',
    about: 'check of a message between agents',
    unit: 'µs',
    loop: agentMessageValidation,
    limit: atMost(3, 'value'),
  },
];
