import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Builds the static folder `dist`: the files of `public` as they are, and the sources compiled to ES modules in
 * `dist/assets`, which browsers load without a bundler. A build that fails leaves the last one in place.
 */
const at = (...parts) => join(import.meta.dirname, ...parts);
const compiled = at('out-tsc', 'site');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

for (const old of [compiled, at('out-tsc', 'tsconfig.lib.tsbuildinfo')]) rmSync(old, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '--build', 'tsconfig.lib.json'], { cwd: at(), stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
rmSync(at('dist'), { recursive: true, force: true });
for (const part of [at('public'), compiled]) cpSync(part, at('dist'), { recursive: true });
