import { type Evidence, holds, judge } from './verdict.js';

const good: Evidence = {
  producers: ['try a 1', 'ack a 1 1000', 'try a 2', 'ack a 2 1500', 'try b 1', 'ack b 1 1600', 'try b 2'],
  consumers: ['deliver a 1', 'deliver a 1', 'deliver a 2', 'deliver b 1', 'deliver b 2'],
  sink: [
    { atMs: 1_100, data: 'a 1' },
    { atMs: 1_200, data: 'a 2' },
    { atMs: 1_900, data: 'b 1' },
    { atMs: 1_950, data: 'b 2' },
  ],
  deadLetters: 0,
};
const withSink = (...data: string[]): Evidence => ({ ...good, sink: data.map((text, i) => ({ atMs: i, data: text })) });

describe('the verdict on a run', () => {
  it('counts a sound run and says that the promises held', () => {
    expect(judge(good)).toEqual({
      attempted: 4,
      acknowledged: 3,
      ok: 3,
      lost: 0,
      unexpected: 0,
      duplicated: 0,
      recovered: 1,
      orderViolations: 0,
      redelivered: 1,
      deadLetters: 0,
      longestAckGapMs: 500,
      longestCommitGapMs: 700,
    });
    expect(holds(judge(good))).toBe(true);
  });

  it.each([
    ['an acknowledged message that is missing', withSink('a 1', 'b 1'), { lost: 1 }],
    ['a message nobody sent', withSink('a 1', 'a 2', 'b 1', 'c 1'), { unexpected: 1 }],
    ['a message committed twice', withSink('a 1', 'a 1', 'a 2', 'b 1'), { duplicated: 1 }],
    ['a message after its successor', withSink('a 2', 'a 1', 'b 1'), { orderViolations: 1 }],
    ['a dead letter', { ...good, deadLetters: 1 }, { deadLetters: 1 }],
  ])('does not hold for %s', (_name, evidence, numbers) => {
    expect(judge(evidence)).toMatchObject(numbers);
    expect(holds(judge(evidence))).toBe(false);
  });
});
