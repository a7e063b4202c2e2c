import { agentInbox, eventDeadLetters, eventStream, InvalidMessageError, taskQueue } from './index.js';

describe('the name of a channel', () => {
  it('is what people and tools outside expect', () => {
    expect(agentInbox('concierge')).toBe('agent:concierge:inbox');
    expect(taskQueue('housekeeping')).toBe('task_queue.housekeeping');
    expect(eventStream('booking', 'created')).toBe('events:booking:created');
    expect(eventDeadLetters('booking', 'created')).toBe('events:booking:created:dead_letter');
    expect(agentInbox('x'.repeat(128))).toHaveLength(140);
  });

  it.each(['', 'a:b', 'x'.repeat(129), 'a*', 'a?', '[a]', '{p0}', 'a b', 'a\n', '\0', undefined])(
    'is not made of %j',
    (part) => {
      for (const [name, make] of [
        ['id', (p: string) => agentInbox(p)],
        ['role', (p: string) => taskQueue(p)],
        ['category', (p: string) => eventStream(p, 'created')],
        ['type', (p: string) => eventDeadLetters('booking', p)],
      ] as const) {
        expect(() => make(part as string)).toThrow(InvalidMessageError);
        expect(() => make(part as string)).toThrow(`${name}: must`);
      }
    },
  );
});
