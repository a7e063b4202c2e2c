import fc from 'fast-check';
import { splitText } from './split-text.js';

const words = (count: number, word = 'word'): string => Array.from({ length: count }, () => word).join(' ');

describe('a text that a channel takes whole', () => {
  it('stays as it is, blanks included', () => {
    expect(splitText(' as it is \n', 11)).toEqual([' as it is \n']);
    expect(splitText('', 10)).toEqual(['']);
  });
});

describe('a text that is too long', () => {
  it.each([
    ['a paragraph', `${words(7)}. Two.\n\nThree ${words(8)}`, `${words(7)}. Two.`],
    ['a line', `${words(7)}. Two.\nThree ${words(8)}`, `${words(7)}. Two.`],
    ['a sentence', `${words(7)}. “Two two!” ${words(8)}`, `${words(7)}. “Two two!”`],
    ['a sentence without blanks', `${'字'.repeat(40)}。${'字'.repeat(40)}`, `${'字'.repeat(40)}。`],
    ['a word', words(20), words(12)],
  ])('is split after %s', (_place, text, first) => {
    expect(splitText(text, 60)[0]).toBe(first);
  });

  it('is not split at a better place that leaves a part half empty', () => {
    expect(splitText(`Hello!\n\n${words(20)}`, 60)[0]).toBe(`Hello!\n\n${words(10)}`);
  });

  it('fills a part to the last character where a blank follows it', () => {
    expect(splitText('aaaa bbbb cccc', 9)).toEqual(['aaaa bbbb', 'cccc']);
  });

  it('tears a word without end between two characters as people see them', () => {
    const family = '👩‍👩‍👧';
    expect(splitText('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(splitText(family.repeat(3), 20)).toEqual([family.repeat(2), family]);
    expect(splitText('e\u0301'.repeat(8), 5)).toEqual(Array(4).fill('e\u0301'.repeat(2)));
  });

  it('tears a character that fills more than a part, though never a pair of surrogates', () => {
    const parts = splitText('👩‍👩‍👧‍👦'.repeat(2), 4);
    expect(parts.join('')).toBe('👩‍👩‍👧‍👦'.repeat(2));
    expect(parts.filter((part) => /\p{Cs}/u.test(part))).toEqual([]);
  });

  it('of blanks alone is still a text', () => {
    expect(splitText(' '.repeat(25), 10)).toEqual([' '.repeat(10)]);
  });

  it('loses nothing but blanks, and no part is empty, too long or torn within a code point', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(' ', '\n', '\n\n', '. ', '。', '👩‍👩‍👧', '🏖', 'e\u0301', 'a', 'word'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
      ),
      maxLength: 300,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 60 }), (whole, max) => {
        const parts = splitText(whole, max);
        if (whole.trim() === '') return;
        expect(parts.join('').replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
        expect(parts.filter((part) => part.length > max || (part === '' && whole !== ''))).toEqual([]);
        expect(parts.filter((part) => /\p{Cs}/u.test(part))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
