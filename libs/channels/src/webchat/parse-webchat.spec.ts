import { check, GuestMessage } from '@switchboard/message-schema';
import fc from 'fast-check';
import { violationsOf } from '../../test/violations.js';
import { parseWebchat, webchatSourceId } from './parse-webchat.js';

const receivedAt = new Date('2026-01-02T03:04:05.678Z');
const origin = { propertyId: 'demo', source: webchatSourceId('demo'), receivedAt };
const body = { visitorId: 'v1', messageId: 'm1', text: 'hi' };

describe("a visitor's message", () => {
  it('becomes a draft with the time of receipt', () => {
    const { drafts } = parseWebchat(body, origin);
    expect(drafts).toEqual([
      {
        messageId: 'webchat:demo:v1:m1',
        conversationId: 'webchat:demo:v1',
        propertyId: 'demo',
        from: 'guest:v1',
        guestMessage: {
          text: 'hi',
          attachments: [],
          replyTo: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
          providerMessageId: 'm1',
          providerTimestamp: '2026-01-02T03:04:05.678Z',
        },
      },
    ]);
    check(GuestMessage, drafts[0]?.guestMessage);
  });

  it('never shares its id with that of another visitor or message', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
    fc.assert(
      fc.property(id, id, id, id, (v1, m1, v2, m2) => {
        fc.pre(v1 !== v2 || m1 !== m2);
        const [one, other] = [
          [v1, m1],
          [v2, m2],
        ].map(([visitorId, messageId]) => parseWebchat({ visitorId, messageId, text: 'x' }, origin).drafts[0]);
        expect(one?.messageId).not.toBe(other?.messageId);
      }),
    );
  });

  it.each([
    ['no object', [], ['(body)']],
    ['nothing', {}, ['visitorId', 'messageId', 'text']],
    ['a separator in an id', { ...body, visitorId: 'v:1' }, ['visitorId']],
    ['braces in an id', { ...body, messageId: '{p1}' }, ['messageId']],
    ['a line break at the end of an id', { ...body, visitorId: 'v1\n' }, ['visitorId']],
    ['an id beyond the bound', { ...body, messageId: 'm'.repeat(129) }, ['messageId']],
    ['a number for an id', { ...body, visitorId: 1 }, ['visitorId']],
    ['an empty text', { ...body, text: '' }, ['text']],
    ['only white space', { ...body, text: ' \n\t' }, ['text']],
    ['a text beyond the bound', { ...body, text: 'x'.repeat(4_001) }, ['text']],
  ])('is refused with the fields at fault: %s', (_name, value, fields) => {
    expect([...new Set(violationsOf(() => parseWebchat(value, origin)))]).toEqual(fields);
  });

  it('may be as long as the bound, in every script', () => {
    for (const text of ['x'.repeat(4_000), '😀'.repeat(4_000), 'مرحبا\0']) {
      expect(parseWebchat({ ...body, text }, origin).drafts[0]?.guestMessage.text).toBe(text);
    }
  });
});
