import { backlogFigures } from './backlog.figures.js';
import { costFigures } from './cost.figures.js';
import { type Figure } from './figure.js';
import { flushFigures } from './flush.figures.js';
import { ingressFigures } from './ingress.figures.js';
import { allLatencyFigures } from './latency.figures.js';
import { nestFigures } from './nest.figures.js';
import { patternFigures } from './patterns.figures.js';
import { throughputFigures } from './throughput.figures.js';
import { validationFigures } from './validation.figures.js';
import { wakeupFigures } from './wakeup.figures.js';

export interface Backlog {
  readonly messages: number;
  readonly conversations: number;
}

/** Every figure, in the order of the table. */
export function figuresFor({ messages, conversations }: Backlog): readonly Figure[] {
  return [
    ...throughputFigures,
    ...allLatencyFigures,
    ...costFigures,
    ...backlogFigures(messages, conversations),
    ...flushFigures,
    ...nestFigures,
    ...patternFigures,
    ...validationFigures,
    ...ingressFigures,
    ...wakeupFigures,
  ];
}

/** The figures of this name, or whose names begin with it. @throws Error that lists the names when there is none */
export function chosenFrom(figures: readonly Figure[], only: string | undefined): readonly Figure[] {
  if (only === undefined) return figures;
  const chosen = figures.filter(({ name }) => name === only || name.startsWith(`${only}-`));
  if (chosen.length > 0) return chosen;
  throw new Error(`There is no figure ${only}. There are: ${figures.map(({ name }) => name).join(', ')}`);
}
