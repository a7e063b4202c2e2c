import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdForCleanup, releaseFromCleanup } from '../process/watchdog.js';

/** Makes a folder that does not outlive this process, however this process ends. */
export async function makeTempFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `switchboard-${purpose}-`));
  holdForCleanup('folder', folder);
  return folder;
}

/** Removes a folder of `makeTempFolder` with all it holds. */
export async function removeTempFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  releaseFromCleanup('folder', folder);
}
