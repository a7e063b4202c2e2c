import { check, GuestMessage } from '@switchboard/message-schema';
import { fixture } from '../../test/fixture.js';
import { violationsOf } from '../../test/violations.js';
import { type AnswerRule, isTakenOver } from './chatwoot-care.js';
import { parseChatwoot } from './parse-chatwoot.js';

const origin = { propertyId: 'demo', source: 'demo-chatwoot', receivedAt: new Date(0) };
const body = () => fixture('chatwoot-message-created');
const only = (value: unknown) => {
  const { drafts } = parseChatwoot(value, origin);
  expect(drafts).toHaveLength(1);
  const [draft] = drafts;
  if (!draft) throw new Error('no draft');
  check(GuestMessage, JSON.parse(JSON.stringify(draft.guestMessage)));
  return draft;
};

describe("a guest's message in Chatwoot", () => {
  it('becomes a draft with keys of account and conversation number', () => {
    const draft = only(body());
    expect(JSON.parse(JSON.stringify(draft))).toEqual({
      messageId: 'chatwoot:demo-chatwoot:1:77287',
      conversationId: 'chatwoot:demo-chatwoot:1:10',
      propertyId: 'demo',
      from: 'guest:7',
      guestMessage: {
        text: 'Do you have a room with a sea view?',
        attachments: [],
        replyTo: { channel: 'chatwoot', source: 'demo-chatwoot', via: '1', to: '10' },
        guestName: 'Ada Guest',
        providerMessageId: '77287',
        providerTimestamp: '2025-10-07T10:03:04.657Z',
      },
      care: { status: 'open', assigned: false },
    });
  });

  it('reads the same with the direction and the time as numbers', () => {
    const numbered = { ...body(), message_type: 0, created_at: 1_759_831_384 };
    expect(only(numbered).messageId).toBe(only(body()).messageId);
    expect(only(numbered).guestMessage.providerTimestamp).toBe('2025-10-07T10:03:04.000Z');
  });

  it('keeps equal conversation numbers of two accounts apart', () => {
    const other = { ...body(), account: { id: 2 } };
    expect(only(other).conversationId).not.toBe(only(body()).conversationId);
    expect(only(other).messageId).not.toBe(only(body()).messageId);
  });

  it('knows the guest from the conversation when the sender is null', () => {
    const draft = only({ ...body(), sender: null });
    expect(draft.from).toBe('guest:7');
    expect(draft.guestMessage.guestName).toBe('Ada Guest');
  });

  it('comes through when nobody knows the guest', () => {
    const nobody = { ...body(), sender: null, conversation: { id: 10, meta: { sender: null }, contact_inbox: null } };
    expect(only(nobody).from).toBe('guest:conversation-10');
  });

  it('names the message it answers', () => {
    const answer = { ...body(), content_attributes: { in_reply_to: 77_000 } };
    expect(only(answer).guestMessage.inReplyToProviderId).toBe('77000');
  });

  it('carries its files, also without a text', () => {
    const file = { id: 5, message_id: 1, file_type: 'image', data_url: 'https://files.example/5.jpg', file_size: 1200 };
    const draft = only({ ...body(), content: null, attachments: [file, null] });
    expect(draft.guestMessage.text).toBe('');
    expect(draft.guestMessage.attachments).toEqual([
      { kind: 'image', id: '5', url: 'https://files.example/5.jpg', sizeBytes: 1200 },
    ]);
  });

  it('has a location in words and as an address', () => {
    const spot = { id: 6, file_type: 'location', coordinates_lat: 1.5, coordinates_long: -2, fallback_title: 'Beach' };
    const { text, attachments } = only({ ...body(), content: '', attachments: [spot] }).guestMessage;
    expect(text).toBe('[location: Beach, 1.5,-2]');
    expect(attachments[0]?.url).toBe('geo:1.5,-2');
  });

  it('keeps every character of its text', () => {
    const text = 'a\u0000b 👩‍👩‍👧 ￿ <b>&amp;</b> \ud800';
    expect(only({ ...body(), content: text }).guestMessage.text).toBe(text);
  });
});

describe('what is no message of a guest in Chatwoot', () => {
  it.each([
    ['another event', { event: 'conversation_created' }, 'event'],
    ['a guest who is typing', { event: 'conversation_typing_on' }, 'typing'],
    ['a guest who stopped typing', { event: 'conversation_typing_off' }, 'typing'],
    ['an update that changed nothing of what was said', { event: 'message_updated' }, 'unchanged'],
    ['an update of a reply', { event: 'message_updated', message_type: 1 }, 'outgoing'],
    ['an event of the future', { event: 'voice_started' }, 'event'],
    ['a reply', { message_type: 'outgoing' }, 'outgoing'],
    ['a reply, numbered', { message_type: 1 }, 'outgoing'],
    ['an activity', { message_type: 'activity' }, 'activity'],
    ['an activity, numbered', { message_type: 2 }, 'activity'],
    ['a template', { message_type: 3 }, 'template'],
    ['an unknown direction', { message_type: 'sideways' }, 'message-type'],
    ['a private note', { private: true }, 'private'],
    ['nothing said', { content: null }, 'empty'],
  ])('is left out and counted: %s', (_name, change, reason) => {
    expect(parseChatwoot({ ...body(), ...change }, origin)).toEqual({ drafts: [], ignored: { [reason]: 1 } });
  });
});

describe('a malformed message from Chatwoot', () => {
  it.each([
    ['an array', [], ['(body)']],
    ['null', null, ['(body)']],
    ['no event', { id: 1 }, ['event']],
    ['no direction', { ...body(), message_type: undefined }, ['message_type']],
    ['a text for an id', { ...body(), id: '77287' }, ['id']],
    ['no account', { ...body(), account: null }, ['account']],
    ['no conversation number', { ...body(), conversation: { id: 0 } }, ['conversation.id']],
    ['an object for a text', { ...body(), content: {} }, ['content']],
    ['a text beyond the bound', { ...body(), content: 'x'.repeat(150_001) }, ['content']],
    ['a time that is none', { ...body(), created_at: 'yesterday' }, ['created_at']],
    ['a time far away', { ...body(), created_at: 1e300 }, ['created_at']],
    ['too many files', { ...body(), attachments: Array(101).fill({ file_type: 'image' }) }, ['attachments']],
    ['several faults', { ...body(), id: -1, account: {}, created_at: null }, ['account.id', 'id', 'created_at']],
  ])('is refused with the fields at fault: %s', (_name, value, fields) => {
    expect(violationsOf(() => parseChatwoot(value, origin))).toEqual(fields);
  });

  it('is refused without its values being repeated', () => {
    expect(() => parseChatwoot({ ...body(), created_at: 'secret words' }, origin)).not.toThrow(/secret words/);
    expect(() => parseChatwoot({ ...body(), created_at: 'secret words' }, origin)).toThrow(/created_at/);
  });
});

describe('a message that a guest changed afterwards', () => {
  const updated = (change: object) => ({ ...body(), event: 'message_updated', ...change });

  it('is a message of its own that names the one it changes', () => {
    const draft = only(
      updated({ content: 'two rooms', content_attributes: { is_edited: true, previous_content: 'x' } }),
    );
    expect(draft.messageId).toMatch(/^chatwoot:demo-chatwoot:1:77287:edited:[0-9a-f]{16}$/);
    expect(draft.guestMessage).toMatchObject({
      text: '[edited a message] two rooms',
      providerMessageId: '77287',
      inReplyToProviderId: '77287',
      providerTimestamp: '2025-10-07T10:03:04.657Z',
    });
  });

  it('has one id for the same edit told twice, and another for another edit', () => {
    const edit = (content: string) => only(updated({ content, content_attributes: { is_edited: true } })).messageId;
    expect(edit('a')).toBe(edit('a'));
    expect(edit('a')).not.toBe(edit('b'));
  });

  it.each(['deleted', 'deleted_by_contact'])('or took back says so: %s', (mark) => {
    const draft = only(updated({ content: 'This message was deleted', content_attributes: { [mark]: true } }));
    expect(draft.messageId).toBe('chatwoot:demo-chatwoot:1:77287:deleted');
    expect(draft.guestMessage.text).toBe('[deleted a message]');
  });
});

describe('a conversation in Chatwoot', () => {
  const taken = (conversation: object, rule: AnswerRule) => {
    const value = body();
    Object.assign(value.conversation, conversation);
    return isTakenOver(only(value), rule);
  };
  const person = { meta: { sender: null, assignee: { id: 3, name: 'Eve' }, assignee_type: 'User' } };
  const bot = { meta: { sender: null, assignee: { id: 3, name: 'Bot' }, assignee_type: 'AgentBot' } };

  it('is in the hands of a person as its source says', () => {
    expect(taken(person, 'unassigned')).toBe(true);
    expect(taken({ meta: { assignee: { id: 3 } } }, 'unassigned')).toBe(true);
    expect(taken(bot, 'unassigned')).toBe(false);
    expect(taken({}, 'unassigned')).toBe(false);
    expect(taken({ status: 'pending' }, 'pending')).toBe(false);
    for (const status of ['open', 'resolved', 'snoozed', 0]) expect(taken({ status }, 'pending')).toBe(true);
    expect(taken({ status: 2 }, 'pending')).toBe(false);
    expect(taken({ ...person, status: 'open' }, 'always')).toBe(false);
  });

  const change = (event: string, fields: object = {}) => {
    const { conversation } = body();
    return parseChatwoot({ ...conversation, event, ...fields }, origin);
  };

  it.each(['conversation_status_changed', 'conversation_opened', 'conversation_resolved'])(
    'that changes hands is told of: %s',
    (event) => {
      expect(change(event, { status: 'resolved', ...person })).toEqual({
        drafts: [],
        ignored: {},
        careChanges: [
          {
            changeId: 'chatwoot:demo-chatwoot:1:10:resolved:person:2025-10-07T10:03:04.657Z',
            conversationId: 'chatwoot:demo-chatwoot:1:10',
            propertyId: 'demo',
            care: { status: 'resolved', assigned: true },
            timestamp: '2025-10-07T10:03:04.657Z',
          },
        ],
      });
    },
  );

  it('that is updated is told of only when its care changed', () => {
    const assigned = { changed_attributes: [{ assignee_id: { previous_value: null, current_value: 3 } }] };
    expect(change('conversation_updated', assigned).careChanges).toHaveLength(1);
    for (const changed of [{ changed_attributes: [{ priority: {} }] }, { changed_attributes: null }, {}]) {
      expect(change('conversation_updated', changed)).toEqual({ drafts: [], ignored: { event: 1 } });
    }
  });

  it.each([
    ['no account', { messages: [] }],
    ['no number', { id: null }],
    ['a status of the future', { status: 'archived' }],
  ])('without what names it is left out and counted: %s', (_name, fields) => {
    expect(change('conversation_opened', fields)).toEqual({ drafts: [], ignored: { event: 1 } });
  });
});
