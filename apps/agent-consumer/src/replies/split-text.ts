/** Places between two parts from the best to the worst; blanks there belong to neither part. */
const places: readonly RegExp[] = [
  /\n[^\S\n]*\n/g, // paragraph
  /\n/g, // line
  /[.!?…][\p{Pf}\p{Pe}"']*\s|[。！？][\p{Pf}\p{Pe}"']*/gu, // sentence
  /\s/g, // word
];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A part is filled at least so far before a worse place is taken. */
const LEAST_FILL = 0.5;

/**
 * Splits a text that is longer than `max` UTF-16 units, at least 2, into parts that are not, after a paragraph, a line, a sentence or a
 * word, whichever is found first in the second half of a part. Only a word of more than half a part is torn, and then
 * between two characters as people see them. Nothing is lost but blanks at the ends of parts.
 */
export function splitText(text: string, max: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const at = endOfPart(rest, max);
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  parts.push(rest);
  const said = parts.filter((part) => part !== '');
  return said.length > 0 ? said : [text.slice(0, max)];
}

/** Where the first part of a text that is too long ends. */
function endOfPart(text: string, max: number): number {
  // One more: a blank that follows a full part ends it, too.
  const window = text.slice(0, max + 1);
  for (const place of places) {
    const ends = [...window.matchAll(place)].map((match) => lastOfPart(match));
    const end = ends.filter((at) => at >= max * LEAST_FILL && at <= max).at(-1);
    if (end !== undefined) return end;
  }
  return endOfCharacter(window, max);
}

/** The end of what a place leaves to the part before it. */
function lastOfPart({ index, 0: found }: RegExpExecArray): number {
  return index + found.trimEnd().length;
}

/** The last end of a whole character; one that fills a part by itself is torn, though never within a code point. */
function endOfCharacter(window: string, max: number): number {
  const begin = graphemes.segment(window).containing(max)?.index ?? max;
  if (begin > 0) return begin;
  const low = window.charCodeAt(max);
  return low >= 0xdc00 && low <= 0xdfff ? max - 1 : max;
}
