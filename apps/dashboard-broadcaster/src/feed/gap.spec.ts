import { leavesGap } from './feed-streams.js';

const span = { firstId: '10-0', lastId: '20-0', trimmed: true };

describe('resuming from a position', () => {
  it.each([
    ['the last entry', '20-0', span, false],
    ['an entry that is kept', '15-0', span, false],
    ['the oldest kept entry', '10-0', span, false],
    ['an entry that was trimmed', '9-0', span, true],
    ['the beginning of a trimmed stream', '0-0', span, true],
    ['the beginning of a whole stream', '0-0', { ...span, trimmed: false }, false],
    ['a place before the first entry of a whole stream', '9-0', { ...span, trimmed: false }, false],
    ['the beginning of a stream trimmed to nothing', '0-0', { ...span, firstId: '0-0' }, true],
    ['the beginning of no stream', '0-0', { firstId: '0-0', lastId: '0-0', trimmed: false }, false],
    ['an entry of a stream that is gone', '15-0', { firstId: '0-0', lastId: '0-0', trimmed: false }, true],
    ['an entry after the last one', '21-0', span, true],
  ])('at %s says whether something is left out', (_name, position, kept, gap) => {
    expect(leavesGap(position, kept)).toBe(gap);
  });
});
