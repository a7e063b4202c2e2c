import {
  agentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
  GuestMessage,
  contractOf,
  InvalidMessageError,
  type AgentDraft,
} from './index.js';

const draft: AgentDraft = {
  from_agent: 'agent:concierge',
  to_agent: 'agent:housekeeping',
  message_type: 'room.clean',
  payload: { room: 12, extras: [{ towels: 2 }] },
};

function fieldsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.violations.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('a message between agents', () => {
  it('comes back from the wire as it was sent, with defaults filled in', () => {
    const sent = agentMessage(draft);
    expect(decodeAgentMessage(encodeAgentMessage(sent))).toEqual(sent);
    expect(sent).toMatchObject({ ...draft, schema_version: 1, priority: 'normal' });
    expect(sent.message_id).not.toBe(agentMessage(draft).message_id);
  });

  it('carries all it may carry', () => {
    const sent = agentMessage({
      ...draft,
      property_id: 'demo',
      conversation_id: 'c1',
      reply_to: 'agent:concierge:inbox',
      expires_at: '2026-01-02T03:04:05Z',
      ack_required: true,
      sequence: 3,
      escalation: {
        level: 'management',
        history: [{ level: 'specialist', agent: 'agent:housekeeping', reason: 'no keys', at: '2026-01-02T03:04:05Z' }],
      },
    });
    expect(decodeAgentMessage(encodeAgentMessage(sent))).toEqual(sent);
  });

  it.each<[string, object, string]>([
    ['no sender', { from_agent: undefined }, 'from_agent'],
    ['a type that is too long', { message_type: 'x'.repeat(129) }, 'message_type'],
    ['a payload that is a text', { payload: 'hi' }, 'payload'],
    ['an end that is no time', { expires_at: 'tomorrow' }, 'expires_at'],
    ['an acknowledgement that is a text', { ack_required: 'yes' }, 'ack_required'],
    ['a level that is none', { escalation: { level: 'board', history: [] } }, 'escalation.level'],
    [
      'a step without a reason',
      {
        escalation: { level: 'executive', history: [{ level: 'specialist', agent: 'a', at: '2026-01-02T03:04:05Z' }] },
      },
      'escalation.history.0.reason',
    ],
    ['a sequence that begins at 0', { sequence: 0 }, 'sequence'],
  ])('is refused with %s', (_name, change, field) => {
    const fields = fieldsOf(() => agentMessage({ ...draft, ...change } as AgentDraft));
    expect([...new Set(fields)]).toEqual([field]);
  });

  it('whose type has a class must fit it', () => {
    const { type } = contractOf(GuestMessage);
    expect(fieldsOf(() => agentMessage({ ...draft, message_type: type }))).toContain('replyTo');
  });
});
