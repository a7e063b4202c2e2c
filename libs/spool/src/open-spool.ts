import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SpoolInUse } from './spool-errors.js';
import { SpoolFile } from './spool-file.js';

const NAME = 'spool.db';
/** SQLite's own companions of a file; a log without its file, or with another one, is worse than none. */
const companions = ['', '-wal', '-shm', '-journal'];

/**
 * Opens the spool of a folder, which is made when it is missing. Only this process's user may read either. A damaged file
 * is moved aside, and a new one begun.
 *
 * @throws SpoolInUse when another process has it, or the error of the file system or of SQLite.
 */
export async function openSpool(folder: string, movedAside: (path: string) => void): Promise<SpoolFile> {
  const path = join(folder, NAME);
  await create(folder, path);
  try {
    return await SpoolFile.open(path);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'SQLITE_BUSY') throw new SpoolInUse(folder);
    if (code !== 'SQLITE_CORRUPT' && code !== 'SQLITE_NOTADB') throw error;
  }
  movedAside(await moveAside(path));
  await create(folder, path);
  return SpoolFile.open(path);
}

/** SQLite gives its companion files the rights of this one. */
async function create(folder: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await (await open(path, 'a', 0o600)).close();
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function moveAside(path: string): Promise<string> {
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  for (const companion of companions) {
    await rename(path + companion, aside + companion).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  return aside;
}
