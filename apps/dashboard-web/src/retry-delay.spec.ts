import { retryDelayMs } from './retry-delay.js';

describe('the wait before a retry', () => {
  it('grows with the failures, is spread over the whole range, and has bounds', () => {
    const longest = [0, 1, 2, 3, 10, 1_000].map((failures) => retryDelayMs(failures, () => 1));
    expect(longest).toEqual([500, 1_000, 2_000, 4_000, 15_000, 15_000]);
    expect(retryDelayMs(10, () => 0.5)).toBe(7_500);
    expect(retryDelayMs(10, () => 0)).toBe(200);
  });
});
