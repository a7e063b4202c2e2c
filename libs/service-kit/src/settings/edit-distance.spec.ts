import fc from 'fast-check';
import { editDistance, nearest } from './edit-distance.js';

const word = fc.string({ maxLength: 8 });

describe('the distance of two words', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['QUIET', 'QUITE', 1],
    ['PARTITIONS', 'PARTITION', 1],
    ['abc', 'xyz', 3],
  ])('of "%s" and "%s" is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is the same both ways and zero only for equal words', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('grows by at most one with one letter more', () => {
    fc.assert(
      fc.property(word, word, fc.string({ minLength: 1, maxLength: 1 }), (a, b, letter) => {
        expect(Math.abs(editDistance(a + letter, b) - editDistance(a, b))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it('the nearest word is told only when it is near', () => {
  expect(nearest('PORTT', ['PORT', 'HOST'])).toBe('PORT');
  expect(nearest('SOMETHING', ['PORT', 'HOST'])).toBeUndefined();
});
