import { ChatLog } from './chat-log.js';

const now = Date.parse('2026-01-02T10:00:00Z');
const timestamp = '2026-01-02T10:00:00Z';
const own = { id: 'webchat:demo:v1:m1', from: 'guest', text: 'hi', timestamp, inReplyTo: [] } as const;
const answer = { id: 'r1', from: 'bot', text: 'hello', timestamp, inReplyTo: ['m1', 'm2'] } as const;
const plain = { ...own, inReplyTo: [...own.inReplyTo] };
const reply = { ...answer, inReplyTo: [...answer.inReplyTo] };

describe('the chat', () => {
  it('shows an own line at once and once, also when the server tells it before the request has ended', () => {
    const log = new ChatLog();
    log.write({ messageId: 'm1', text: 'hi', timestamp });
    expect(log.lines()).toMatchObject([{ key: 'm1', state: 'sending' }]);
    log.enter(plain);
    log.mark('m1', 'taken');
    log.enter(plain);
    expect(log.lines()).toMatchObject([{ key: 'm1', state: 'taken' }]);
  });

  it('knows an own line by the bare message id too', () => {
    const log = new ChatLog();
    log.write({ messageId: 'm1', text: 'hi', timestamp });
    log.enter({ ...plain, id: 'm1' });
    expect(log.lines()).toHaveLength(1);
  });

  it('waits for an answer until it is there, also when lines are told again', () => {
    const log = new ChatLog();
    for (const messageId of ['m1', 'm2']) {
      log.write({ messageId, text: messageId, timestamp });
      expect(log.awaitsAnswer(now)).toBe(messageId === 'm2');
      log.mark(messageId, 'taken');
      expect(log.awaitsAnswer(now)).toBe(true);
    }
    log.enter(reply);
    log.enter(plain);
    log.mark('m1', 'taken');
    expect(log.awaitsAnswer(now)).toBe(false);
    expect(log.lines().map(({ state }) => state)).toEqual(['answered', 'answered', 'there']);
  });

  it('stops promising an answer after two minutes', () => {
    const log = new ChatLog();
    log.enter(plain);
    expect(log.awaitsAnswer(now + 119_000)).toBe(true);
    expect(log.awaitsAnswer(now + 121_000)).toBe(false);
  });

  it('says why a line was refused', () => {
    const log = new ChatLog();
    log.write({ messageId: 'm1', text: 'hi', timestamp });
    log.mark('m1', 'refused', 'too long');
    expect(log.lines()).toMatchObject([{ state: 'refused', detail: 'too long' }]);
  });
});
