import { jest } from '@jest/globals';
import { ClearedReplies } from './cleared-replies.js';

describe('a reply that waits for leave alone', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is known once', () => {
    const replies = new ClearedReplies();
    replies.add('r1');
    expect([replies.take('r1'), replies.take('r1'), replies.take('r2')]).toEqual([true, false, false]);
  });

  it('is looked at again when it waited long', () => {
    const replies = new ClearedReplies();
    replies.add('r1');
    jest.advanceTimersByTime(60_000);
    expect(replies.take('r1')).toBe(false);
  });

  it('makes room for others: the oldest of very many is forgotten', () => {
    const replies = new ClearedReplies();
    for (let n = 0; n <= 10_000; n++) replies.add(`r${n}`);
    expect([replies.take('r0'), replies.take('r1'), replies.take('r10000')]).toEqual([false, true, true]);
  });
});
