import { escapeGlob, globsWithout, globToRegExp, isGlob } from './glob.js';

describe('a topic pattern', () => {
  it.each([
    ['events:*', 'events:guest:arrived', true],
    ['events:*', 'event', false],
    ['events:*:arrived', 'events:guest:arrived', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a[bc]d', 'acd', true],
    ['a[^bc]d', 'acd', false],
    ['a[a-c]d', 'abd', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.b*', 'axb', false],
    ['a*', 'a\nb', true],
    ['*', '', true],
    ['a+(b)|c-d*', 'a+(b)|c-d', true],
    ['ü*', 'üx', true],
  ])('%j fits %j as Redis says: %s', (glob, topic, fits) => {
    expect(globToRegExp(glob).test(topic)).toBe(fits);
  });

  it('is told from an exact topic, and any text can be made exact', () => {
    expect(['a:b', 'a*', 'a?', 'a[b]', 'a\\b'].map(isGlob)).toEqual([false, true, true, true, true]);
    const strange = 'a*b?[c]\\d';
    expect(globToRegExp(escapeGlob(strange)).test(strange)).toBe(true);
  });

  it.each(['*', '**', '*a', '*?b', '*[ab]*', '*\\!', '?b', '[^a]b', '[ab]*', 'ab', '\\ab', 'a*'])(
    '%j without texts that begin with a mark fits all others that it fits',
    (glob) => {
      const patterns = globsWithout('!', glob).map((pattern) => globToRegExp(pattern));
      const chars = ['a', 'b', '!', ':'];
      const texts = chars.flatMap((x) => [x, ...chars.flatMap((y) => [x + y, ...chars.map((z) => x + y + z)])]);
      for (const text of texts) {
        const wanted = globToRegExp(glob).test(text) && !text.startsWith('!');
        expect([text, patterns.some((pattern) => pattern.test(text))]).toEqual([text, wanted]);
      }
    },
  );

  it.each(['!', '!a*', '\\!a', '[!a]b', '[ -z]*'])('%j cannot be had without texts that begin with a mark', (glob) => {
    expect(() => globsWithout('!', glob)).toThrow(RangeError);
  });
});
