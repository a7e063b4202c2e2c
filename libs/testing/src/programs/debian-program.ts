import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../redis/obtain/cache-folder.js';
import { download } from '../redis/obtain/debian-packages.js';
import { withFileLock } from '../redis/obtain/file-lock.js';
import { runProgram } from '../redis/obtain/run-program.js';

const FETCH_TIMEOUT_MS = 180_000;

/** A program that tests need, and the Debian package that holds it; it must run without further packages. */
export interface DebianProgram {
  readonly name: string;
  readonly package: string;
}

/**
 * Path of a program: the one on PATH, else the one of its Debian package, downloaded by apt and unpacked into the cache
 * folder. Nothing is installed.
 *
 * @throws Error that says what to install when neither is to be had.
 */
export async function debianProgram(program: DebianProgram): Promise<string> {
  if ((await runProgram('sh', ['-c', `command -v ${program.name}`])).code === 0) return program.name;
  const folder = await cacheFolder('programs');
  const path = join(folder, program.package, 'usr', 'bin', program.name);
  if (existsSync(path)) return path;
  try {
    await withFileLock(join(folder, 'lock'), FETCH_TIMEOUT_MS, () => fetch(program, folder, path));
    return path;
  } catch (cause) {
    const what = `There is no ${program.name}, and it could not be fetched. On Debian: apt-get install ${program.package}`;
    throw new Error(what, { cause });
  }
}

async function fetch(program: DebianProgram, folder: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const packages = join(work, 'packages');
    await mkdir(packages);
    await download(work, packages, [program.package]);
    const [file] = (await readdir(packages)).filter((name) => name.endsWith('.deb'));
    const tree = join(work, 'tree');
    const unpacked = await runProgram('dpkg-deb', ['-x', join(packages, file ?? ''), tree], {
      timeoutMs: FETCH_TIMEOUT_MS,
    });
    if (unpacked.code !== 0) throw new Error(`dpkg-deb could not unpack ${program.package}`);
    await rm(join(folder, program.package), { recursive: true, force: true });
    await rename(tree, join(folder, program.package));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
