import { check, GuestMessage } from '@switchboard/message-schema';
import { fixture } from '../../test/fixture.js';
import { violationsOf } from '../../test/violations.js';
import { parseStandard } from './parse-standard.js';

const origin = { propertyId: 'demo', source: 'demo-standard', receivedAt: new Date(0), deliveryId: 'msg_1' };
const body = () => fixture('standard-message-received');

describe('a Standard Webhook', () => {
  it('becomes a draft whose deduplication key is the webhook-id', () => {
    const { drafts, ignored } = parseStandard(body(), origin);
    expect(ignored).toEqual({});
    expect(drafts).toEqual([
      {
        messageId: 'standard:demo-standard:msg_1',
        conversationId: 'standard:demo-standard:booking-4711',
        propertyId: 'demo',
        from: 'guest:Ada Guest',
        guestMessage: {
          text: 'Do you have a room with a sea view?',
          attachments: [],
          replyTo: { channel: 'standard', source: 'demo-standard', to: 'booking-4711' },
          guestName: 'Ada Guest',
          providerMessageId: 'm-1',
          providerTimestamp: '2025-10-07T10:03:04.657Z',
        },
      },
    ]);
    check(GuestMessage, drafts[0]?.guestMessage);
  });

  it('needs neither a name nor an id of the message', () => {
    const short = { ...body(), data: { conversationId: 'c', text: 'hi' } };
    const [draft] = parseStandard(short, origin).drafts;
    expect(draft).toMatchObject({ from: 'guest:c', guestMessage: { providerMessageId: 'msg_1' } });
  });

  it('of another type is left out and counted', () => {
    expect(parseStandard({ type: 'contact.created' }, origin)).toEqual({ drafts: [], ignored: { event: 1 } });
  });

  it.each([
    ['no object', 'hi', ['(body)']],
    ['no type', {}, ['type']],
    ['no data', { ...body(), data: 'hi' }, ['data']],
    ['no time', { ...body(), timestamp: undefined }, ['timestamp']],
    ['no conversation and no text', { ...body(), data: {} }, ['data.conversationId', 'data.text']],
    ['an empty text', { ...body(), data: { conversationId: 'c', text: '' } }, ['data.text']],
    ['a NUL in the conversation', { ...body(), data: { conversationId: 'c\0', text: 'hi' } }, ['data.conversationId']],
  ])('is refused with the fields at fault: %s', (_name, value, fields) => {
    expect(violationsOf(() => parseStandard(value, origin))).toEqual(fields);
  });

  it('is refused without a webhook-id', () => {
    expect(violationsOf(() => parseStandard(body(), { ...origin, deliveryId: undefined }))).toEqual(['webhook-id']);
  });
});
