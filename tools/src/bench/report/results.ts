import { type Figure } from '../figures/figure.js';
import { type Judgement } from './judgement.js';
import { type Versions } from './versions.js';

/** Content of `bench-results.json`: the figures by name, beside `versions`. */
export function resultsOf(
  judged: readonly (readonly [Figure, Judgement])[],
  versions: Versions,
): Record<string, Judgement | Versions> {
  return { ...Object.fromEntries(judged.map(([{ name }, judgement]) => [name, judgement])), versions };
}
