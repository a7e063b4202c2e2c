const special = /[*?[\\]/;

/** True when a topic is a pattern in Redis's sense. */
export function isGlob(topic: string): boolean {
  return special.test(topic);
}

/** The text as a pattern that fits nothing but itself. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** The same pattern as a regular expression: `*`, `?`, `[abc]`, `[^a]`, `[a-z]`, and `\` before a literal. */
export function globToRegExp(glob: string): RegExp {
  let text = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i] as string;
    if (char === '*') text += '[^]*';
    else if (char === '?') text += '[^]';
    else if (char === '[') {
      const end = glob.indexOf(']', i + 1);
      const inside = glob.slice(i + 1, end < 0 ? undefined : end);
      const negated = inside.startsWith('^');
      text += `[${negated ? '^' : ''}${(negated ? inside.slice(1) : inside).replace(/[\\^[]/g, '\\$&')}]`;
      i = end < 0 ? glob.length : end;
    } else text += literal(char === '\\' && i + 1 < glob.length ? (glob[++i] as string) : char);
  }
  return new RegExp(`^${text}$`, 'u');
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/g, (found) => (found === '-' ? '-' : `\\${found}`));
}

/**
 * Patterns that together fit what the glob fits, except texts that begin with `mark` (one character) and the empty text.
 *
 * @throws RangeError for a glob that says itself that the text begins, or may begin, so.
 */
export function globsWithout(mark: string, glob: string): string[] {
  const globs = fittingOthers(mark, glob);
  if (globs.length === 0) throw new RangeError(`a topic cannot begin with ${mark}: ${JSON.stringify(glob)}`);
  return globs;
}

function fittingOthers(mark: string, glob: string): string[] {
  const rest = glob.slice(1);
  if (glob.startsWith('*')) {
    const behind = glob.replace(/^\*+/, '');
    return behind === '' ? [`[^${mark}]*`] : [`[^${mark}]*${behind}`, ...fittingOthers(mark, behind)];
  }
  if (glob.startsWith('?')) return [`[^${mark}]${rest}`];
  if (glob.startsWith('[^')) return [`[^${mark}${rest.slice(1)}`];
  const first = /^(?:\[[^\]]*\]?|\\?[^])/.exec(glob)?.[0] ?? '';
  return globToRegExp(first).test(mark) ? [] : [glob];
}
