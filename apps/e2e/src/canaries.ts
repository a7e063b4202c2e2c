/** Words that no line, no metric and no health answer may hold, in any of the forms in which they could get there. */
export class Canaries {
  constructor(private readonly words: Readonly<Record<string, string>>) {}

  /** Names of the words that a text holds, with where. */
  foundIn(place: string, text: string): string[] {
    return Object.entries(this.words)
      .filter(([, word]) => forms(word).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}: ${text.slice(0, 400)}`);
  }
}

/** As it is, and as base64, URL encoding or JSON write it. */
function forms(word: string): string[] {
  return [
    word,
    Buffer.from(word).toString('base64').replace(/=+$/, ''),
    encodeURIComponent(word),
    JSON.stringify(word).slice(1, -1),
  ];
}
