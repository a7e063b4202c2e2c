import { compareEntryIds, entryTimeMs } from './entry-id.js';
import { partitionOf } from './partition-of.js';

describe('the partition of a conversation', () => {
  it.each([
    ['', 16, 11],
    ['a', 16, 3],
    ['webchat:demo:v1', 16, 13],
    ['whatsapp:demo-whatsapp:106540352242922:15551234567', 16, 11],
    ['ünï👋', 64, 43],
  ])('is the same for ever: %p of %p', (key, partitions, expected) => {
    expect(partitionOf(key, partitions)).toBe(expected);
  });

  it('spreads conversations evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) counts[partitionOf(`whatsapp:src:106540352242922:49170${i}`, 16)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('is always 0 when there is one', () => {
    expect(partitionOf('anything', 1)).toBe(0);
  });
});

describe('entry ids', () => {
  it('are ordered by time, then by sequence, as numbers', () => {
    const ids = ['10-0', '9-5', '10-10', '10-9', '9-0'];
    expect([...ids].sort(compareEntryIds)).toEqual(['9-0', '9-5', '10-0', '10-9', '10-10']);
    expect(entryTimeMs('1700000000123-7')).toBe(1_700_000_000_123);
  });
});
