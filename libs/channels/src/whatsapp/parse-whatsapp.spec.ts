import { check, GuestMessage } from '@switchboard/message-schema';
import { fixture } from '../../test/fixture.js';
import { violationsOf } from '../../test/violations.js';
import { parseWhatsApp } from './parse-whatsapp.js';

const origin = { propertyId: 'demo', source: 'demo-whatsapp', receivedAt: new Date(0) };

/** The text fixture with its one message changed. */
function withMessage(change: object): object {
  const body = fixture('whatsapp-text');
  Object.assign(body.entry[0].changes[0].value.messages[0], change);
  return body;
}

function contentOf(change: object) {
  const { drafts } = parseWhatsApp(withMessage(change), origin);
  expect(drafts).toHaveLength(1);
  const guestMessage = JSON.parse(JSON.stringify(drafts[0]?.guestMessage)) as GuestMessage;
  check(GuestMessage, guestMessage);
  return guestMessage;
}

describe('a WhatsApp text', () => {
  it('becomes a draft with keys of number and guest', () => {
    const { drafts, ignored } = parseWhatsApp(fixture('whatsapp-text'), origin);
    expect(ignored).toEqual({});
    expect(JSON.parse(JSON.stringify(drafts))).toEqual([
      {
        messageId: 'whatsapp:demo-whatsapp:wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQzQTAxAA==',
        conversationId: 'whatsapp:demo-whatsapp:106540352242922:15551234567',
        propertyId: 'demo',
        from: 'guest:15551234567',
        guestMessage: {
          text: 'Do you have a room with a sea view?',
          attachments: [],
          replyTo: { channel: 'whatsapp', source: 'demo-whatsapp', via: '106540352242922', to: '15551234567' },
          guestName: 'Ada Guest',
          providerMessageId: 'wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQzQTAxAA==',
          providerTimestamp: '2025-10-07T10:03:04.000Z',
        },
      },
    ]);
  });
});

describe('a WhatsApp body with several entries, changes and messages', () => {
  const { drafts, statuses, ignored } = parseWhatsApp(fixture('whatsapp-batch'), origin);

  it('gives every message in its order and counts the rest', () => {
    expect(drafts.map((draft) => draft.guestMessage.providerMessageId)).toEqual([
      'wamid.A1',
      'wamid.B1',
      'wamid.A2',
      'wamid.A3',
    ]);
    expect(ignored).toEqual({ event: 1 });
  });

  it('tells what became of messages of the house', () => {
    const about = { messageId: 'wamid.OUT1', recipient: '15551234567', via: '106540352242922', errors: [] };
    expect(statuses).toEqual([
      { ...about, status: 'delivered', timestamp: '2025-10-07T10:03:10.000Z', callbackData: 'reply-1' },
      { ...about, status: 'read', timestamp: '2025-10-07T10:03:11.000Z' },
    ]);
  });

  it('gives each message its own guest, also one without a phone number', () => {
    expect(drafts.map((draft) => draft.guestMessage.guestName)).toEqual([
      'Ada Guest',
      'Bo Guest',
      'Ada Guest',
      'Ada Guest',
    ]);
    expect(drafts[1]).toMatchObject({
      conversationId: 'whatsapp:demo-whatsapp:106540352242922:US.13491208655302741918',
      guestMessage: { replyTo: { to: 'US.13491208655302741918' } },
    });
  });

  it('keeps the conversations of one guest with two numbers apart', () => {
    expect(drafts[0]?.conversationId).toBe(drafts[2]?.conversationId);
    expect(drafts[3]?.conversationId).not.toBe(drafts[0]?.conversationId);
  });
});

describe('a delivery status of WhatsApp', () => {
  const read = (status: unknown) => {
    const body = fixture('whatsapp-text');
    body.entry[0].changes[0].value.statuses = [status];
    const { drafts, statuses, ignored } = parseWhatsApp(body, origin);
    expect(drafts).toHaveLength(1);
    return { statuses, ignored };
  };
  const status = { id: 'wamid.O', status: 'failed', timestamp: '1759831384', recipient_id: '1' };

  it('of a failure names the codes', () => {
    const errors = [{ code: 131047, title: 'Re-engagement message', message: 'x', error_data: {} }, { code: 'x' }];
    expect(read({ ...status, errors }).statuses).toMatchObject([
      { status: 'failed', errors: [{ code: 131047, title: 'Re-engagement message' }] },
    ]);
  });

  it('of a guest without a phone number names the user id, and played counts as read', () => {
    const played = { ...status, status: 'played', recipient_id: undefined, recipient_user_id: 'US.1' };
    expect(read(played).statuses).toMatchObject([{ status: 'read', recipient: 'US.1' }]);
  });

  it.each([
    ['of a kind of the future', { status: 'pondered' }],
    ['named like a method', { status: 'constructor' }],
    ['without its message', { id: null }],
    ['with a control character in its id', { id: 'wamid.\0' }],
    ['without a time', { timestamp: 'soon' }],
  ])('is left out and counted, and the messages beside it stay: %s', (_name, change) => {
    expect(read({ ...status, ...change })).toEqual({ statuses: undefined, ignored: { status: 1 } });
  });
});

describe('a WhatsApp guest', () => {
  it('is kept apart by user id and answered at the phone number when both are told', () => {
    const body = fixture('whatsapp-text');
    body.entry[0].changes[0].value.contacts[0].user_id = 'US.1';
    const [draft] = parseWhatsApp(body, origin).drafts;
    expect(draft?.conversationId).toBe('whatsapp:demo-whatsapp:106540352242922:US.1');
    expect(draft?.guestMessage.replyTo.to).toBe('15551234567');
  });

  it('is the sender when there are no contacts', () => {
    const body = fixture('whatsapp-text');
    delete body.entry[0].changes[0].value.contacts;
    const [draft] = parseWhatsApp(body, origin).drafts;
    expect(draft?.from).toBe('guest:15551234567');
    expect(draft?.guestMessage.guestName).toBeUndefined();
  });
});

describe('a WhatsApp message of every type reaches the agent', () => {
  const id = '1003383421387256';
  it.each(['image', 'audio', 'video', 'document', 'sticker'])('%s: as a file with its caption', (type) => {
    const file = { id, mime_type: 'x/y', caption: 'look', filename: 'a.pdf', sha256: 'abc' };
    expect(contentOf({ type, [type]: file })).toMatchObject({
      text: 'look',
      attachments: [{ kind: type, id, mimeType: 'x/y', fileName: 'a.pdf' }],
    });
  });

  it.each([
    [
      'a pressed button of a menu',
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { title: 'Yes' } } },
      'Yes',
    ],
    [
      'a chosen row',
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: '1', title: 'Suite' } } },
      'Suite',
    ],
    [
      'a filled-in form',
      { type: 'interactive', interactive: { nfm_reply: { response_json: '{"n":1}' } } },
      '[form: {"n":1}]',
    ],
    ['a new kind of interaction', { type: 'interactive', interactive: { type: 'new' } }, '[interactive message]'],
    ['a pressed button of a template', { type: 'button', button: { text: 'Stop', payload: 'STOP' } }, 'Stop'],
    ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } }, '[reacted with 👍]'],
    ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.X' } }, '[removed a reaction]'],
    [
      'a location',
      { type: 'location', location: { latitude: 1.5, longitude: -2, name: 'Beach' } },
      '[location: Beach, 1.5,-2]',
    ],
    [
      'contacts',
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+1 555' }] }, {}] },
      '[contact: Bo, +1 555]\n[contact: unknown]',
    ],
    [
      'an order',
      { type: 'order', order: { text: 'soon', product_items: [{ product_retailer_id: 'p1', quantity: 2 }] } },
      '[order: 2 × p1] soon',
    ],
    [
      'an edit',
      { type: 'edit', edit: { original_message_id: 'wamid.X', message: { type: 'text', text: { body: 'two' } } } },
      '[edited a message] two',
    ],
    ['a deletion', { type: 'revoke', revoke: { original_message_id: 'wamid.X' } }, '[deleted a message]'],
    ['what Meta cannot show', { type: 'unsupported', errors: [{ code: 131051 }] }, '[unsupported message]'],
    ['a type of the future', { type: 'hologram' }, '[hologram message]'],
    ['a type named like a method', { type: 'constructor' }, '[constructor message]'],
  ])('%s: in words', (_name, change, text) => {
    expect(contentOf(change).text).toBe(text);
  });

  it('names the message it answers, reacts to, changes or takes back', () => {
    expect(contentOf({ context: { id: 'wamid.X' } }).inReplyToProviderId).toBe('wamid.X');
    const reaction = { type: 'reaction', reaction: { message_id: 'wamid.Y', emoji: '👍' } };
    expect(contentOf(reaction).inReplyToProviderId).toBe('wamid.Y');
    const revoke = { type: 'revoke', revoke: { original_message_id: 'wamid.Z' } };
    expect(contentOf(revoke).inReplyToProviderId).toBe('wamid.Z');
  });
});

describe('what is no message of a guest in WhatsApp', () => {
  it.each([
    ['a notice about an account', { type: 'system', system: { type: 'user_changed_number' } }, 'system'],
    ['talk in a group', { group_id: 'g1' }, 'group'],
    ['an empty text', { text: { body: '' } }, 'empty'],
  ])('is left out and counted: %s', (_name, change, reason) => {
    expect(parseWhatsApp(withMessage(change), origin)).toEqual({ drafts: [], ignored: { [reason]: 1 } });
  });

  it('is left out and counted: another object', () => {
    expect(parseWhatsApp({ object: 'page', entry: [] }, origin)).toEqual({ drafts: [], ignored: { event: 1 } });
  });
});

describe('a malformed body from WhatsApp', () => {
  const at = (path: string) => `entry.0.changes.0.value.messages.0.${path}`;
  it.each([
    ['no id', { id: undefined }, ['id']],
    ['no type', { type: undefined }, ['type']],
    ['no text', { text: undefined }, ['text']],
    ['a number for a text', { text: { body: 7 } }, ['text.body']],
    ['a file without an id', { type: 'image', image: { mime_type: 'image/png' } }, ['image.id']],
    ['a time that is none', { timestamp: 'soon' }, ['timestamp']],
    ['several faults', { id: 1, timestamp: null }, ['id', 'timestamp']],
  ])('is refused with the fields at fault: %s', (_name, change, fields) => {
    expect(violationsOf(() => parseWhatsApp(withMessage(change), origin))).toEqual(fields.map(at));
  });

  it('is refused whole when one of several messages is malformed', () => {
    const body = fixture('whatsapp-batch');
    body.entry[0].changes[0].value.messages[1].id = null;
    expect(violationsOf(() => parseWhatsApp(body, origin))).toEqual(['entry.0.changes.0.value.messages.1.id']);
  });

  it('is refused whole when what one of its messages says is beyond the bound', () => {
    const body = fixture('whatsapp-batch');
    const contact = { name: { formatted_name: 'x'.repeat(500) } };
    Object.assign(body.entry[1].changes[0].value.messages[0], { type: 'contacts', contacts: Array(400).fill(contact) });
    expect(violationsOf(() => parseWhatsApp(body, origin))).toEqual(['text']);
  });

  it.each([
    [{ id: 'wamid.\0' }, ['id']],
    [{ from: '1\n2' }, ['conversation', 'from']],
  ])('is refused with a control character in an id: %j', (change, fields) => {
    const body = withMessage(change) as ReturnType<typeof fixture>;
    delete body.entry[0].changes[0].value.contacts;
    expect(violationsOf(() => parseWhatsApp(body, origin))).toEqual(fields);
  });

  it('is refused when nobody can be answered', () => {
    const body = fixture('whatsapp-text');
    delete body.entry[0].changes[0].value.contacts;
    delete body.entry[0].changes[0].value.messages[0].from;
    expect(violationsOf(() => parseWhatsApp(body, origin))).toEqual([at('from')]);
  });

  it.each([
    ['no object', { object: undefined }, ['object']],
    ['no entries', { entry: undefined }, ['entry']],
    ['an entry that is none', { entry: [5] }, ['entry.0']],
    ['an entry without changes', { entry: [{}] }, ['entry.0.changes']],
    [
      'messages that are no list',
      { entry: [{ changes: [{ field: 'messages', value: { messages: {}, metadata: { phone_number_id: '1' } } }] }] },
      ['entry.0.changes.0.value.messages'],
    ],
    [
      'a phone number id that would confuse the key',
      { entry: [{ changes: [{ field: 'messages', value: { messages: [], metadata: { phone_number_id: '1:2' } } }] }] },
      ['entry.0.changes.0.value.metadata.phone_number_id'],
    ],
  ])('is refused with the fields at fault: %s', (_name, change, fields) => {
    expect(violationsOf(() => parseWhatsApp({ ...fixture('whatsapp-text'), ...change }, origin))).toEqual(fields);
  });
});
