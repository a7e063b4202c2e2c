import {
  AgentReply,
  decode,
  decodeAs,
  encode,
  envelopeOf,
  GuestMessage,
  InvalidMessageError,
  type Draft,
} from './index.js';

const draft: Draft<GuestMessage> = {
  message_id: 'webchat:demo:v1:m1',
  from_agent: 'guest:v1',
  to_agent: 'agent:concierge',
  property_id: 'demo',
  conversation_id: 'webchat:demo:v1',
  payload: {
    text: 'hi',
    attachments: [],
    replyTo: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
    providerMessageId: 'm1',
    providerTimestamp: '2026-01-02T03:04:05.678Z',
  },
};

function violationsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.violations.map((v) => v.field);
    throw error;
  }
  return [];
}

describe('a message', () => {
  it('comes back from the wire as it was sent, with type, version and defaults filled in', () => {
    const sent = envelopeOf(GuestMessage, draft);
    const read = decodeAs(GuestMessage, encode(sent));
    expect(read).toEqual(sent);
    expect(read).toMatchObject({ message_type: 'guest.message', schema_version: 1, priority: 'normal' });
  });

  it('names the field at fault, also a nested one, and not its value', () => {
    const bad = { ...draft, payload: { ...draft.payload, replyTo: { channel: 'pigeon', source: 's', to: 'v1' } } };
    expect(violationsOf(() => envelopeOf(GuestMessage, bad as never))).toEqual(['replyTo.channel']);
    expect(() => envelopeOf(GuestMessage, bad as never)).not.toThrow(/pigeon/);
  });

  it.each([
    ['no JSON', '{', '(body)'],
    ['an array', '[]', '(body)'],
    ['a number', '7', '(body)'],
  ])('is refused when the stored text is %s', (_name, text, field) => {
    expect(violationsOf(() => decode(text))).toEqual([field]);
  });

  it('is refused when its type or version is unknown', () => {
    const text = JSON.stringify({ ...envelopeOf(GuestMessage, draft), schema_version: 99 });
    expect(violationsOf(() => decode(text))).toEqual(['schema_version']);
  });

  it('is refused when another class was expected', () => {
    const text = encode(envelopeOf(GuestMessage, draft));
    expect(violationsOf(() => decodeAs(AgentReply, text))).toEqual(['message_type']);
  });
});
