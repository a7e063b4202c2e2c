import type { ConversationUpdate } from '@switchboard/message-schema';
import { ConversationBook, hasDeadLetter, titleOf } from './conversation-book.js';

const first: ConversationUpdate = {
  kind: 'guest.message',
  propertyId: 'demo',
  conversationId: 'webchat:demo:v1',
  channel: 'webchat',
  messageId: 'm1',
  timestamp: '2026-01-02T10:00:00Z',
  text: 'hello',
  from: 'guest',
};
const reply: ConversationUpdate = {
  ...first,
  kind: 'agent.reply',
  messageId: 'r1',
  timestamp: '2026-01-02T10:00:05Z',
  text: 'hi',
  from: 'bot',
  inReplyTo: ['a', 'b'],
};

function bookOf(...updates: ConversationUpdate[]): ConversationBook {
  const book = new ConversationBook();
  for (const update of updates) book.enter(update, true);
  return book;
}

describe('the book', () => {
  it('makes one line of all updates about one message, and shows how far a reply has come', () => {
    const book = bookOf(first, reply);
    const states = () => book.find(first.conversationId)?.lines.map(({ state }) => state);
    expect(states()).toEqual(['received', 'on its way']);
    book.enter({ ...reply, kind: 'delivery.sent' }, true);
    expect(states()).toEqual(['received', 'sent']);
    expect(book.find(first.conversationId)?.lines[1]?.answers).toBe(2);
  });

  it('marks a dead letter with its reason, until it was sent after all', () => {
    const book = bookOf(first, reply, { ...reply, kind: 'dead.letter', reason: 'gone' });
    const conversation = book.find(first.conversationId);
    expect(conversation?.lines[1]).toMatchObject({ state: 'dead', reason: 'gone', text: 'hi' });
    expect(conversation && hasDeadLetter(conversation)).toBe(true);
    book.enter({ ...reply, kind: 'delivery.sent' }, true);
    expect(conversation && hasDeadLetter(conversation)).toBe(false);
  });

  it('knows a dead letter of which it had seen nothing before', () => {
    const book = bookOf({ ...first, kind: 'dead.letter', reason: 'unreadable' });
    expect(book.find(first.conversationId)?.lines).toMatchObject([
      { from: 'guest', state: 'dead', reason: 'unreadable' },
    ]);
  });

  it('changes nothing when an update comes again', () => {
    const book = bookOf(first, reply);
    const before = structuredClone(book.ordered());
    book.enter(first, true);
    book.enter(reply, true);
    expect(book.ordered()).toEqual(before);
  });

  it('counts what guests write as unread when it is news, and not when it was there before', () => {
    const book = new ConversationBook();
    book.enter(first, false);
    expect(book.find(first.conversationId)?.unread).toBe(0);
    book.enter({ ...first, messageId: 'm2' }, true);
    book.enter(reply, true);
    expect(book.find(first.conversationId)?.unread).toBe(1);
    book.markRead(first.conversationId);
    expect(book.find(first.conversationId)?.unread).toBe(0);
  });

  it('puts the conversation with the newest line first', () => {
    const other = { ...first, conversationId: 'webchat:demo:v2', messageId: 'm9', timestamp: '2026-01-02T10:00:02Z' };
    expect(
      bookOf(first, other)
        .ordered()
        .map(({ id }) => id),
    ).toEqual(['webchat:demo:v2', 'webchat:demo:v1']);
    expect(bookOf(first, other, reply).ordered()[0]?.id).toBe('webchat:demo:v1');
  });

  it('forgets the oldest beyond its bounds', () => {
    const book = new ConversationBook();
    for (let n = 0; n < 400; n++) {
      const timestamp = new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();
      book.enter({ ...first, conversationId: `c${n}`, timestamp }, true);
      book.enter({ ...first, conversationId: 'long', messageId: `l${n}`, timestamp }, true);
    }
    expect(book.ordered()).toHaveLength(300);
    expect(book.find('c0')).toBeUndefined();
    expect(book.find('c399')).toBeDefined();
    expect(book.find('long')?.lines).toHaveLength(300);
    expect(book.find('long')?.lines.at(-1)?.messageId).toBe('l399');
  });

  it('calls a conversation by the name of its guest, or by what can be said of its id', () => {
    const title = (change: Partial<ConversationUpdate>) =>
      titleOf(new ConversationBook().enter({ ...first, ...change }, true));
    expect(title({ guestName: 'Ada' })).toBe('Ada');
    expect(title({ conversationId: 'whatsapp:s:1:491701234567' })).toBe('Guest 491701234567');
    expect(title({ conversationId: `webchat:demo:${'0123456789abcdef'.repeat(2)}` })).toBe('Guest 01234567');
  });
});
