import { BroadcastGaps } from './broadcast-gaps.js';

describe('the watch on broadcasts', () => {
  it('takes the first number heard of a sender as it is', () => {
    expect(new BroadcastGaps().heard('t', 'a', 42)).toBeUndefined();
  });

  it('tells the numbers that were skipped, by topic and sender', () => {
    const gaps = new BroadcastGaps();
    for (const [topic, sender] of [
      ['t', 'a'],
      ['t', 'b'],
      ['u', 'a'],
    ] as const)
      gaps.heard(topic, sender, 1);
    expect(gaps.heard('t', 'a', 4)).toEqual({ from: 2, to: 3 });
    expect(gaps.heard('t', 'b', 2)).toBeUndefined();
    expect(gaps.heard('u', 'a', 3)).toEqual({ from: 2, to: 2 });
  });

  it('begins anew when the store began to count anew', () => {
    const gaps = new BroadcastGaps();
    gaps.heard('t', 'a', 9);
    expect(gaps.heard('t', 'a', 1)).toBeUndefined();
    expect(gaps.heard('t', 'a', 2)).toBeUndefined();
  });

  it('says nothing of broadcasts without a number', () => {
    expect(new BroadcastGaps().heard('t', 'a', undefined)).toBeUndefined();
  });
});
