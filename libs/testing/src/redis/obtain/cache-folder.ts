import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Folder for what is fetched once and used by every run, made if need be: `node_modules/.cache/switchboard/NAME` of the
 * workspace around `from`, or `~/.cache/switchboard/NAME` outside of any.
 */
export async function cacheFolder(name: string, from = process.cwd()): Promise<string> {
  const root = workspaceAround(from);
  const parent = root ? join(root, 'node_modules', '.cache') : join(homedir(), '.cache');
  const folder = join(parent, 'switchboard', name);
  await mkdir(folder, { recursive: true });
  return folder;
}

function workspaceAround(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json')) && existsSync(join(folder, 'node_modules'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
