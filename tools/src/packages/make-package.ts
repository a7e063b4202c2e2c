import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { importedPackages } from './imported-packages.js';
import { type Manifest, publishedManifest, type RootManifest } from './manifest.js';

const run = promisify(execFile);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/**
 * Makes a folder that can be packed and installed from one of the workspace's libraries: freshly compiled, so that nothing
 * of an earlier build is in it, with the dependencies that its files really have. The libraries it refers to must be built.
 */
export async function makePackage(workspace: string, library: string, target: string): Promise<Manifest> {
  const source = join(workspace, 'libs', library);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await compile(source, join(target, 'dist'));
  const manifest = publishedManifest({
    manifest: await readJson<Manifest>(join(source, 'package.json')),
    root: await readJson<RootManifest>(join(workspace, 'package.json')),
    imports: await importedPackages(join(target, 'dist')),
  });
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(workspace, 'LICENSE'), join(target, 'LICENSE'));
  return manifest;
}

async function compile(source: string, outDir: string): Promise<void> {
  const own = ['--outDir', outDir, '--tsBuildInfoFile', join(outDir, '..', 'tsconfig.tsbuildinfo')];
  // Sources are not in the package, so maps would lead nowhere.
  const args = ['-p', join(source, 'tsconfig.lib.json'), ...own, '--sourceMap', 'false', '--declarationMap', 'false'];
  try {
    await run(process.execPath, [tsc, ...args]);
  } catch (error) {
    throw new Error(`${source} does not compile\n${(error as { stdout?: string }).stdout ?? ''}`, { cause: error });
  }
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
