import type { ConversationUpdate } from '@switchboard/message-schema';
import { ConversationBook, hasFailure, titleOf } from './conversation-book.js';

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
/** About the care of a conversation; no message. */
const taken: ConversationUpdate = {
  kind: 'conversation.status',
  propertyId: 'demo',
  conversationId: first.conversationId,
  channel: 'webchat',
  messageId: 'c1',
  timestamp: '2026-01-02T10:30:00Z',
  status: 'open',
  assigned: true,
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
    expect(conversation && hasFailure(conversation)).toBe(true);
    book.enter({ ...reply, kind: 'delivery.sent' }, true);
    expect(conversation && hasFailure(conversation)).toBe(false);
  });

  it('shows how far a delivery has come, in whichever order its steps are told', () => {
    const states = (...kinds: ConversationUpdate['kind'][]) =>
      bookOf(reply, ...kinds.map((kind) => ({ ...reply, kind })))
        .find(reply.conversationId)
        ?.lines.map(({ state }) => state);
    expect(states('delivery.delivered')).toEqual(['delivered']);
    expect(states('delivery.sent', 'delivery.delivered', 'delivery.read')).toEqual(['read']);
    expect(states('delivery.read', 'delivery.delivered', 'delivery.sent')).toEqual(['read']);
    expect(states('delivery.failed', 'delivery.sent', 'delivery.delivered')).toEqual(['failed']);
    expect(states('dead.letter', 'delivery.delivered')).toEqual(['delivered']);
  });

  it('marks what the provider could not deliver, with its reason', () => {
    const { propertyId, conversationId, channel, messageId, timestamp } = reply;
    const about = { propertyId, conversationId, channel, messageId, timestamp };
    const failed: ConversationUpdate = { ...about, kind: 'delivery.failed', reason: 'code 131026' };
    for (const book of [bookOf(reply, { ...reply, kind: 'delivery.sent' }, failed), bookOf(failed)]) {
      const conversation = book.find(first.conversationId);
      expect(conversation?.lines).toMatchObject([
        { messageId: 'r1', from: 'bot', state: 'failed', reason: 'code 131026' },
      ]);
      expect(conversation && hasFailure(conversation)).toBe(true);
    }
  });

  it('makes no empty line of the arrival of a message it has never seen', () => {
    const book = bookOf(
      { ...reply, kind: 'delivery.sent' },
      { ...reply, kind: 'delivery.delivered' },
      { ...reply, kind: 'delivery.read' },
    );
    expect(book.find(reply.conversationId)?.lines).toEqual([]);
    expect(book.ordered()).toEqual([]);
    book.enter(first, true);
    expect(book.ordered()).toHaveLength(1);
  });

  it('knows in whose care a conversation is, by the newest word of it, and makes no line of it', () => {
    const book = bookOf(first, taken);
    const conversation = book.find(first.conversationId);
    expect(conversation?.care).toEqual({ status: 'open', assigned: true, at: taken.timestamp });
    book.enter({ ...taken, messageId: 'c0', timestamp: '2026-01-02T09:00:00Z', status: 'resolved' }, true);
    expect(conversation?.care?.status).toBe('open');
    book.enter({ ...taken, messageId: 'c2', timestamp: '2026-01-02T11:00:00Z', status: 'open', assigned: false }, true);
    expect(conversation?.care).toMatchObject({ status: 'open', assigned: false });
    expect(conversation).toMatchObject({ lines: [{ messageId: 'm1' }], lastAt: first.timestamp, unread: 1 });
  });

  it('keeps in mind whose care a conversation is in until somebody writes there', () => {
    const book = bookOf(taken);
    expect(book.ordered()).toEqual([]);
    book.enter(first, true);
    expect(book.ordered()).toMatchObject([{ care: { assigned: true }, lastAt: first.timestamp }]);
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
