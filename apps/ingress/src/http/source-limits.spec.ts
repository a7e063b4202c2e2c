import fc from 'fast-check';
import { SourceLimits, TooManyRequests } from './source-limits.js';

function limited() {
  const clock = { nowMs: 0 };
  const limits = new SourceLimits(() => clock.nowMs);
  const take = (requestsPerSecond: number, id = 'a'): number => {
    try {
      limits.take({ id, requestsPerSecond });
      return 0;
    } catch (error) {
      if (error instanceof TooManyRequests) return error.retryAfterMs;
      throw error;
    }
  };
  return { clock, take };
}

describe('the rate of a source', () => {
  it('is never exceeded in any time by more than a burst, whenever requests come', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), gaps, (rate, waits) => {
        const { clock, take } = limited();
        const taken: number[] = [];
        for (const wait of waits) {
          clock.nowMs += wait;
          if (take(rate) === 0) taken.push(clock.nowMs);
        }
        taken.forEach((from, i) => {
          const atMost = rate * 5 + (rate * (taken[taken.length - 1] as number) - rate * from) / 1_000;
          expect(taken.length - i).toBeLessThanOrEqual(Math.floor(atMost + 1e-6) + 1);
        });
      }),
    );
  });

  it('is open again after exactly the time that a refusal names', () => {
    const { clock, take } = limited();
    while (take(3) === 0);
    const wait = take(3);
    clock.nowMs += wait - 1;
    expect(take(3)).toBeGreaterThan(0);
    clock.nowMs += 1.001;
    expect(take(3)).toBe(0);
  });

  it('does not touch another source', () => {
    const { take } = limited();
    while (take(1) === 0);
    expect(take(1, 'b')).toBe(0);
  });
});
