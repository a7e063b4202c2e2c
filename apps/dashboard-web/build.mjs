import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Builds the static folder `dist`: the files of `public` as they are, and the sources compiled to ES modules in
 * `dist/assets`, which browsers load without a bundler.
 */
const here = import.meta.dirname;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

for (const old of ['dist', 'out-tsc/tsconfig.lib.tsbuildinfo'])
  rmSync(join(here, old), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '--build', 'tsconfig.lib.json'], { cwd: here, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
cpSync(join(here, 'public'), join(here, 'dist'), { recursive: true });
