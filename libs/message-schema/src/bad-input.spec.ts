import {
  agentMessage,
  decode,
  decodeAgentMessage,
  encode,
  encodeAgentMessage,
  envelopeOf,
  GuestMessage,
  InvalidMessageError,
  MAX_MESSAGE_BYTES,
} from './index.js';

const draft = {
  message_id: 'webchat:demo:v1:m1',
  from_agent: 'guest:v1',
  to_agent: 'agent:concierge',
  property_id: 'demo',
  conversation_id: 'webchat:demo:v1',
  payload: {
    text: 'hi',
    attachments: [],
    replyTo: { channel: 'webchat' as const, source: 'demo-webchat', to: 'v1' },
    providerMessageId: 'm1',
    providerTimestamp: '2026-01-02T03:04:05.678Z',
  },
};
const good = envelopeOf(GuestMessage, draft);
const between = agentMessage({ from_agent: 'agent:a', to_agent: 'agent:b', message_type: 'trial.free', payload: {} });

const fieldsObject = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, i]));
const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });
const withPayload = (extra: object) => ({ ...good, payload: { ...good.payload, ...extra } });

function refusalOf(act: () => unknown): InvalidMessageError {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

const fieldOf = (act: () => unknown): string | undefined => refusalOf(act).violations[0]?.field;

describe('a stored entry that is none of ours is refused, naming the field', () => {
  it.each<[string, string, string | undefined]>([
    ['no JSON', 'hello', '(body)'],
    ['empty', '', '(body)'],
    ['null', 'null', '(body)'],
    ['a list', '[1]', '(body)'],
    ['of someone else', '{"event":"user.created"}', 'property_id'],
    ['of a wrong version', JSON.stringify({ ...good, schema_version: 99 }), 'schema_version'],
    ['of a version that is a text', JSON.stringify({ ...good, schema_version: '1' }), 'schema_version'],
    ['of a type that is a number', JSON.stringify({ ...good, message_type: 7 }), 'message_type'],
    ['of a type nobody knows', JSON.stringify({ ...good, message_type: 'no.such' }), 'message_type'],
    ['with a text that is a number', JSON.stringify(withPayload({ text: 7 })), 'text'],
    ['with a payload that is a list', JSON.stringify({ ...good, payload: [] }), 'payload'],
    ['without a payload', JSON.stringify({ ...good, payload: undefined }), 'payload'],
    ['with a time that is none', JSON.stringify({ ...good, timestamp: '2026-02-30T00:00:00Z' }), 'timestamp'],
    ['with a NUL in the text', JSON.stringify(withPayload({ text: 'a\0b' })), 'payload.text'],
    ['with a NUL in an unknown field', JSON.stringify(withPayload({ more: ['\0'] })), 'payload.more.0'],
    ['with a NUL in a field name', JSON.stringify(withPayload({ 'a\0': 1 })), 'payload'],
    ['with ten thousand fields', JSON.stringify(withPayload(fieldsObject(10_000))), '(body)'],
    ['of a megabyte', JSON.stringify(withPayload({ more: 'x'.repeat(MAX_MESSAGE_BYTES) })), '(body)'],
    ['of a megabyte in two-byte letters', JSON.stringify(withPayload({ more: 'ж'.repeat(530_000) })), '(body)'],
  ])('%s', (_name, text, field) => {
    expect(fieldOf(() => decode(text))).toBe(field);
  });

  it('nested too deep', () => {
    expect(fieldOf(() => decode(JSON.stringify(withPayload({ deep: nested(32) }))))).toMatch(/^payload\.deep\.in/);
  });

  it('nested deeper than a stack', () => {
    const abyss = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(fieldOf(() => decode(`{"payload":${abyss}}`))).toMatch(/^payload\.0\.0/);
  });
});

describe('a message at its limits is accepted', () => {
  it('with the deepest nesting and almost ten thousand fields', () => {
    const envelope = withPayload({ deep: nested(29), many: fieldsObject(9_900) });
    expect(decode(encode(envelope))).toEqual(envelope);
  });

  it('with a text that only looks like a NUL or like nesting', () => {
    const envelope = withPayload({ text: `\\u0000 ${'[{'.repeat(100)}` });
    expect(decode(encode(envelope))).toEqual(envelope);
  });

  it('with exactly one mebibyte', () => {
    const room = MAX_MESSAGE_BYTES - JSON.stringify(withPayload({ more: '' })).length;
    const envelope = withPayload({ more: 'x'.repeat(room) });
    expect(decode(encode(envelope))).toEqual(envelope);
    expect(fieldOf(() => encode(withPayload({ more: 'x'.repeat(room + 1) })))).toBe('(body)');
  });
});

describe('a message beyond a limit is refused before it is stored', () => {
  it.each<[string, object]>([
    ['with a NUL', { text: 'a\0' }],
    ['too large', { more: 'x'.repeat(MAX_MESSAGE_BYTES) }],
    ['with too many fields', fieldsObject(10_000)],
    ['nested too deep', { deep: nested(32) }],
  ])('%s', (_name, extra) => {
    const payload = { ...draft.payload, ...extra };
    refusalOf(() => envelopeOf(GuestMessage, { ...draft, payload }));
    refusalOf(() => encode({ ...good, payload }));
    refusalOf(() => agentMessage({ ...between, payload: extra }));
    refusalOf(() => encodeAgentMessage({ ...between, payload: extra }));
    refusalOf(() => decodeAgentMessage(JSON.stringify({ ...between, payload: extra })));
  });

  it('when it is no JSON at all: a circle, a big integer', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    expect(fieldOf(() => encode({ ...good, payload: circle }))).toMatch(/^payload\.again/);
    expect(fieldOf(() => encode({ ...good, payload: { n: 1n } }))).toBe('(body)');
  });
});

it('a refusal never repeats a value', () => {
  for (const extra of [{ text: 'secret\0' }, { replyTo: 'secret' }, { text: 7, guestName: ['secret'] }]) {
    expect(refusalOf(() => decode(JSON.stringify(withPayload(extra)))).message).not.toContain('secret');
  }
});
