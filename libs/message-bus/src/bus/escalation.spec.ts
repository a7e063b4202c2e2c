import { agentMessage } from '@switchboard/message-schema';
import { NobodyAbove } from '../errors.js';
import { levelOf, nextLevel } from './escalation.js';

const message = (more = {}) =>
  agentMessage({ message_type: 'task', from_agent: 'agent:a', to_agent: 'agent:b', payload: { x: 1 }, ...more });

describe('escalation', () => {
  it('takes a message that was never escalated for a specialist’s', () => {
    expect(levelOf(message())).toBe('specialist');
  });

  it('keeps what the message says, and adds the step to its history', () => {
    const first = message({ conversation_id: 'c', priority: 'high', sequence: 7 });
    const second = agentMessage(nextLevel(first, 'agent:b', 'too hard'));
    expect(second).toMatchObject({
      payload: { x: 1 },
      conversation_id: 'c',
      priority: 'high',
      correlation_id: first.correlation_id,
      causation_id: first.message_id,
      from_agent: 'agent:a',
      to_agent: 'role:management',
    });
    expect(second.sequence).toBeUndefined();
    const third = nextLevel(second, 'agent:boss', 'too dear');
    expect(third.escalation?.history.map(({ level, reason }) => [level, reason])).toEqual([
      ['specialist', 'too hard'],
      ['management', 'too dear'],
    ]);
  });

  it('keeps the channel on which the sender waits for an answer, and asks for no second acknowledgement', () => {
    const answered = nextLevel(message({ ack_required: true, reply_to: 'agent:a:inbox' }), 'agent:b', 'x');
    expect(answered).toMatchObject({ reply_to: 'agent:a:inbox' });
    const awaited = nextLevel(message({ ack_required: true, reply_to: 'acknowledgements:m' }), 'agent:b', 'x');
    for (const draft of [answered, awaited]) expect(draft.ack_required).toBeUndefined();
    expect(awaited.reply_to).toBeUndefined();
  });

  it('gives the same id each time, also to a message whose own is as long as can be', () => {
    const long = message({ message_id: 'm'.repeat(512) });
    const ids = [1, 2].map(() => agentMessage(nextLevel(long, 'agent:b', 'x')).message_id);
    expect(ids[0]).toBe(ids[1]);
  });

  it('takes the level from the role that a message was sent to', () => {
    expect(levelOf(message({ to_agent: 'role:management' }))).toBe('management');
    expect(nextLevel(message({ to_agent: 'role:management' }), 'agent:boss', 'x').to_agent).toBe('role:executive');
    expect(() => nextLevel(message({ to_agent: 'role:executive' }), 'agent:owner', 'x')).toThrow(NobodyAbove);
    expect(levelOf(message({ to_agent: 'role:housekeeping' }))).toBe('specialist');
  });

  it('ends with the executives', () => {
    const top = message({ escalation: { level: 'executive', history: [] } });
    expect(() => nextLevel(top, 'agent:b', 'x')).toThrow(NobodyAbove);
  });
});
