import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Root of the workspace: the nearest folder above this file that holds nx.json. */
export function workspaceRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'nx.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('This file lies in no Nx workspace');
    folder = parent;
  }
  return folder;
}
