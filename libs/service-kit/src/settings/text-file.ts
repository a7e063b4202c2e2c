import { readFileSync, statSync } from 'node:fs';

/** Settings and secrets are small; a larger file is a mistake. */
const MAX_BYTES = 1 << 20;

/** Text of a settings file; undefined when it cannot be read, is no plain file or is larger than 1 MiB. */
export function readTextFile(path: string): string | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** What a fault says of a file that `readTextFile` refused. */
export const FILE_PROBLEM = 'must name a readable file of at most 1 MiB';

/** Text of a file that holds one secret; the line ends that editors and `echo` leave behind are no part of it. */
export function readSecretFile(path: string): string | undefined {
  return readTextFile(path)?.replace(/[\r\n]+$/, '');
}
