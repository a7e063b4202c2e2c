import { check, GuestMessage } from '@switchboard/message-schema';
import { fixture } from '../test/fixture.js';
import { channels } from './index.js';

const origin = { propertyId: 'demo', source: 's', receivedAt: new Date(0), deliveryId: 'msg_1' };

describe('a webhook of', () => {
  it('WhatsApp with every type of message keeps all of them in their order, with what they hold', () => {
    const { drafts, statuses, ignored } = channels.whatsapp.parse(fixture('whatsapp-every-type'), origin);
    expect(ignored).toEqual({ system: 1 });
    expect(statuses?.map(({ status }) => status)).toEqual(['read', 'delivered', 'failed']);
    for (const { guestMessage } of drafts) check(GuestMessage, JSON.parse(JSON.stringify(guestMessage)));
    expect(new Set(drafts.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(
      drafts.map(({ guestMessage: { providerMessageId, text, attachments } }) =>
        [providerMessageId.slice(-2), text, ...attachments.map(({ kind }) => kind)].join('|'),
      ),
    ).toEqual([
      '01|hello',
      '02|our table|image',
      '03||audio',
      '04||video',
      '05||document',
      '06||sticker',
      '07|[location: Beach, Beach road 1, 36.1,-5.3]|location',
      '08|[contact: Bo Guest, +1 555 765 4321]',
      '09|Suite',
      '10|[form: {"nights":2}]',
      '11|Stop',
      '12|[reacted with 👍]',
      '13|[order: 2 × p1] soon',
      '14|[edited a message] hello there',
      '15|[deleted a message]',
      '16|[unsupported message]',
      '18|from an ad',
    ]);
  });

  it.each([
    ['an account', 'chatwoot-message-created', 'Do you have a room with a sea view?', []],
    ['an agent bot', 'chatwoot-agent-bot', 'Do you have a room with a sea view?', []],
    ['an API inbox', 'chatwoot-api-inbox', '[location: Beach, 36.1,-5.3]', ['image', 'location']],
    ['an edit', 'chatwoot-message-updated', '[edited a message] Do you have two rooms with a sea view?', []],
  ])('Chatwoot about %s is one message with both ids', (_name, name, text, kinds) => {
    const { drafts } = channels.chatwoot.parse(fixture(name), origin);
    expect(drafts).toHaveLength(1);
    const [draft] = drafts;
    check(GuestMessage, JSON.parse(JSON.stringify(draft?.guestMessage)));
    expect(draft?.guestMessage.text).toBe(text);
    expect(draft?.guestMessage.attachments.map(({ kind }) => kind)).toEqual(kinds);
    expect(draft?.from).toBe('guest:7');
  });

  it('Chatwoot about a conversation or somebody typing is no message', () => {
    const changed = channels.chatwoot.parse(fixture('chatwoot-conversation-status-changed'), origin);
    expect(changed).toMatchObject({ drafts: [], careChanges: [{ care: { status: 'resolved', assigned: true } }] });
    const typing = channels.chatwoot.parse(fixture('chatwoot-typing'), origin);
    expect(typing).toEqual({ drafts: [], ignored: { typing: 1 } });
  });
});
