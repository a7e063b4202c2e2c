import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.js';
import { isAfter, rightBefore } from './positions.js';

const part = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const entryId = fc.tuple(part, part).map(([ms, seq]) => `${ms}-${seq}`);

describe('a cursor', () => {
  it('comes back as the positions it was made of, and needs no escaping in a URL', () => {
    fc.assert(
      fc.property(fc.array(entryId, { minLength: 1, maxLength: 32 }), (positions) => {
        const text = encodeCursor(positions);
        expect(decodeCursor(text, positions.length)).toEqual(positions);
        expect(encodeURIComponent(text)).toBe(text);
      }),
    );
  });

  it('is short while little has happened', () => {
    expect(encodeCursor(['0-0', '1767322800000-0', '0-0', '1767322800000-3'])).toBe('1..mjwad400..mjwad400-3');
  });

  it.each(['', '1', '2..', '1.A.', '1.-1.', '1.1-.', '1..-', '1.zzzzzzzzzzz.', '1...', 'x'.repeat(100)])(
    'is refused when it is "%s"',
    (text) => {
      expect(decodeCursor(text, 2)).toBeUndefined();
    },
  );

  it('of any text is refused or read, never a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, partitions) => {
        expect(decodeCursor(text, partitions)?.length ?? partitions).toBe(partitions);
      }),
    );
  });
});

describe('the position right before an entry', () => {
  it('has the entry after it, and no whole number of sequence between', () => {
    expect(rightBefore('7-3')).toBe('7-2');
    expect(isAfter('7-0', rightBefore('7-0'))).toBe(true);
    expect(isAfter('6-99', rightBefore('7-0'))).toBe(false);
  });
});
