import { randomInt } from 'node:crypto';
import { SeededMessages } from '../test/seeded-messages.js';
import {
  agentMessage,
  agentMessageFromCloudEvent,
  type CloudEvent,
  envelopeFromCloudEvent,
  InvalidMessageError,
  structuredCloudEvent,
  toBinaryCloudEvent,
  toCloudEvent,
} from './index.js';

const ROUNDS = 500;

const message = agentMessage({
  message_id: 'm1',
  message_type: 'room.clean',
  from_agent: 'agent:concierge',
  to_agent: 'agent:housekeeping',
  conversation_id: 'c1',
  property_id: 'demo',
  correlation_id: 'corr',
  causation_id: 'cause',
  timestamp: '2026-01-02T03:04:05.678Z',
  priority: 'high',
  sequence: 42,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  reply_to: 'agent:concierge:inbox',
  expires_at: '2026-01-02T04:00:00Z',
  ack_required: true,
  payload: { room: 12 },
});

/** Over the wire of structured mode. */
const wired = (event: CloudEvent): unknown => JSON.parse(JSON.stringify(event));

function fieldOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.violations[0]?.field;
    throw error;
  }
  return undefined;
}

describe('a message as a CloudEvent', () => {
  it('says in CloudEvents words what it says in ours', () => {
    expect(toCloudEvent(message)).toEqual({
      specversion: '1.0',
      id: 'm1',
      source: 'switchboard:agent:concierge',
      type: 'room.clean',
      subject: 'c1',
      time: '2026-01-02T03:04:05.678Z',
      datacontenttype: 'application/json',
      dataschema: 'switchboard:schemas/room.clean.v1.json',
      schemaversion: 1,
      toagent: 'agent:housekeeping',
      propertyid: 'demo',
      correlationid: 'corr',
      causationid: 'cause',
      priority: 'high',
      sequence: '0000000000000042',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      replyto: 'agent:concierge:inbox',
      expirytime: '2026-01-02T04:00:00Z',
      ackrequired: true,
      data: { room: 12 },
    });
  });

  it('has attributes that CloudEvents allows, and in binary mode only texts', () => {
    const messages = new SeededMessages(1);
    for (let i = 0; i < 200; i++) {
      const { source, ...event } = toCloudEvent(messages.agentMessage());
      for (const [name, value] of Object.entries(event)) {
        if (name === 'data') continue;
        expect(name).toMatch(/^[a-z0-9]{1,20}$/);
        expect(['string', 'number', 'boolean']).toContain(typeof value);
      }
      expect(new URL(source).protocol).toBe('switchboard:');
    }
    expect(Object.values(toBinaryCloudEvent(message).attributes).every((value) => typeof value === 'string')).toBe(
      true,
    );
  });

  it(`comes back unchanged, in both modes, whatever it holds`, () => {
    const messages = new SeededMessages(randomInt(2 ** 31));
    try {
      for (let i = 0; i < ROUNDS; i++) {
        const envelope = messages.envelope();
        expect(envelopeFromCloudEvent(wired(toCloudEvent(envelope)))).toEqual(envelope);
        expect(envelopeFromCloudEvent(structuredCloudEvent(toBinaryCloudEvent(envelope)))).toEqual(envelope);
        const between = messages.agentMessage();
        expect(agentMessageFromCloudEvent(wired(toCloudEvent(between)))).toEqual(between);
        expect(agentMessageFromCloudEvent(structuredCloudEvent(toBinaryCloudEvent(between)))).toEqual(between);
      }
    } catch (error) {
      throw new Error(`with the seed ${messages.seed}`, { cause: error });
    }
  });

  it.each(['\0', '\n', '\u007f', '\u0085', '\ud800', '\ufffe', '\u{1ffff}'])(
    'is refused when an attribute would hold %j',
    (bad) => {
      for (const field of ['message_id', 'from_agent', 'to_agent', 'message_type', 'causation_id']) {
        expect(fieldOf(() => toCloudEvent({ ...message, [field]: `a${bad}` }))).toBe(field);
      }
    },
  );
});

describe('a CloudEvent from elsewhere', () => {
  const foreign = {
    specversion: '1.0',
    id: 'e1',
    source: 'https://pms.example.com/bookings',
    type: 'booking.created',
    toagent: 'agent:concierge',
    data: { booking: 7 },
  };

  it('becomes a message, with defaults for what it does not say', () => {
    expect(agentMessageFromCloudEvent(foreign)).toEqual({
      message_id: 'e1',
      message_type: 'booking.created',
      schema_version: 1,
      from_agent: 'https://pms.example.com/bookings',
      to_agent: 'agent:concierge',
      correlation_id: 'e1',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      priority: 'normal',
      payload: { booking: 7 },
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', 'hi', '(body)'],
    ['a list', [], '(body)'],
    ['of another version of CloudEvents', { ...foreign, specversion: '0.3' }, 'specversion'],
    ['without an id', { ...foreign, id: undefined }, 'message_id'],
    ['without a source', { ...foreign, source: undefined }, 'from_agent'],
    ['without a receiver', { ...foreign, toagent: undefined }, 'to_agent'],
    ['with data that is no object', { ...foreign, data: 'hi' }, 'payload'],
    ['with binary data', { ...foreign, data: undefined, data_base64: 'aGk=' }, 'payload'],
    ['with data that is XML', { ...foreign, datacontenttype: 'text/xml' }, 'datacontenttype'],
    ['with a sequence that is no number', { ...foreign, sequence: 'A' }, 'sequence'],
    ['with an acknowledgement that is neither', { ...foreign, ackrequired: 'maybe' }, 'ackrequired'],
    ['with an escalation that is no JSON', { ...foreign, escalation: '{' }, 'escalation'],
    ['with a source that is no URI', { ...foreign, source: 'switchboard:%' }, 'source'],
    ['with a NUL in its data', { ...foreign, data: { a: '\0' } }, 'payload.a'],
  ])('is refused: %s', (_name, event, field) => {
    expect(fieldOf(() => agentMessageFromCloudEvent(event))).toBe(field);
  });

  it('of a declared type must fit its class', () => {
    expect(fieldOf(() => agentMessageFromCloudEvent({ ...foreign, type: 'guest.message' }))).toBeDefined();
  });
});
