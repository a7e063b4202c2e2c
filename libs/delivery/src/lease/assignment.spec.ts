import fc from 'fast-check';
import { partitionsOf } from './assignment.js';

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 });
const partitions = fc.integer({ min: 1, max: 64 });

describe('the assignment of partitions', () => {
  it('gives each partition to exactly one member and nobody more than its share', () => {
    fc.assert(
      fc.property(members, partitions, (names, count) => {
        const shares = names.map((name) => partitionsOf(name, names, count));
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        for (const share of shares) expect(share.length).toBeLessThanOrEqual(Math.ceil(count / names.length));
      }),
    );
  });

  it('does not depend on the order of the list or on doubles in it', () => {
    fc.assert(
      fc.property(members, partitions, (names, count) => {
        const shuffled = [...names, ...names].reverse();
        for (const name of names) expect(partitionsOf(name, shuffled, count)).toEqual(partitionsOf(name, names, count));
      }),
    );
  });

  it('gives nothing to who is not among the living', () => {
    expect(partitionsOf('ghost', ['a', 'b'], 16)).toEqual([]);
  });

  it('moves little when a member joins', () => {
    const before = ['a', 'b', 'c', 'd'];
    const kept = before.flatMap((name) => {
      const now = new Set(partitionsOf(name, [...before, 'e'], 64));
      return partitionsOf(name, before, 64).filter((partition) => now.has(partition));
    });
    expect(kept.length).toBeGreaterThanOrEqual(40);
  });
});
