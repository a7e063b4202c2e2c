import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Loads a package from the folder in which the peers are installed. */
export function loadPeer<T>(folder: string, name: string): T {
  return createRequire(join(folder, 'package.json'))(name) as T;
}
