import { treatmentOf } from './failure-class.js';
import { retryAfterMs } from './retry-after.js';

const nowMs = Date.parse('2026-01-02T03:04:05Z');

describe('a Retry-After header', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['999999999', 86_400_000],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j asks for %p ms', (header, waitMs) => {
    expect(retryAfterMs(header, nowMs)).toBe(waitMs);
  });

  it('turns a retry into one after that time, and changes nothing else', () => {
    expect(treatmentOf('transient', 7_000)).toEqual({ kind: 'retry-after', retryAfterMs: 7_000 });
    expect(treatmentOf('slow-number', 7_000)).toEqual({ kind: 'retry-after', retryAfterMs: 7_000 });
    expect(treatmentOf('permanent', 7_000)).toEqual({ kind: 'permanent' });
    expect(treatmentOf('unknown', 7_000)).toEqual({ kind: 'unknown-outcome' });
  });
});
