import { type LogEffect } from '@switchboard/delivery';

/** Lines of a log as objects. */
export function linesOf<T>(effects: readonly LogEffect[], stream: string): T[] {
  const ofStream = effects.filter((effect) => effect.stream === stream);
  return ofStream.map(({ fields }) => JSON.parse(fields[fields.indexOf('d') + 1] as string) as T);
}
