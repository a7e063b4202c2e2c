import fc from 'fast-check';
import { RetryLater, Unrecoverable } from '../errors.js';
import { backoffMs, outcomeOf, type RetryPolicy } from './outcome.js';

const policy: RetryPolicy = { maxAttempts: 3, minBackoffMs: 100, maxBackoffMs: 1_000 };
const half = () => 0.5;

describe('what an error means', () => {
  it.each([
    ['an ordinary error', new Error('x'), 1, { kind: 'retry', afterMs: 50, costsAttempt: true }],
    ['an ordinary error at the second attempt', new Error('x'), 2, { kind: 'retry', afterMs: 100, costsAttempt: true }],
    ['an ordinary error at the last attempt', new Error('x'), 3, { kind: 'dead', reason: 'attempts exhausted' }],
    ['something thrown that is no error', 'text', 3, { kind: 'dead', reason: 'attempts exhausted' }],
    ['unrecoverable', new Unrecoverable('x'), 1, { kind: 'dead', reason: 'unrecoverable' }],
    [
      'an error of another library with the code',
      { code: 'UNRECOVERABLE' },
      1,
      { kind: 'dead', reason: 'unrecoverable' },
    ],
    ['a message that does not parse', { code: 'INVALID_MESSAGE' }, 1, { kind: 'dead', reason: 'unrecoverable' }],
    ['retry later, even at the last attempt', new RetryLater(7), 3, { kind: 'retry', afterMs: 7, costsAttempt: false }],
    ['nothing', undefined, 1, { kind: 'retry', afterMs: 50, costsAttempt: true }],
  ])('%s', (_name, error, attempts, outcome) => {
    expect(outcomeOf(error, attempts, policy, half)).toEqual(outcome);
  });

  it('waits within its bounds whatever the attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const ms = backoffMs(attempt, policy, () => chance);
          expect(ms).toBeGreaterThanOrEqual(50);
          expect(ms).toBeLessThanOrEqual(1_000);
        },
      ),
    );
  });
});
