import { backlogOf } from '../experiments/backlog.experiment.js';
import { atMost, type Figure } from './figure.js';

/** Memory of a consumer that works off this many messages of this many conversations. */
export function backlogFigures(messages: number, conversations: number): Figure[] {
  const experiment = backlogOf(messages, conversations);
  const of = 'switchboard';
  return [
    {
      name: 'backlog-memory',
      about: `peak memory, backlog of ${messages.toLocaleString('en')}`,
      unit: 'MB',
      experiment,
      of,
      read: ({ receiver }) => receiver.peakRssMb,
      limit: atMost(250, 'value'),
    },
    {
      name: 'backlog-growth',
      about: 'memory, second half against first half',
      unit: '×',
      experiment,
      of,
      read: ({ receiver }) => receiver.rssGrowth,
      limit: atMost(1.1, 'value'),
    },
  ];
}
