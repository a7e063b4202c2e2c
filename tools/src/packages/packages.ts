import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '../workspace-root.js';
import { libraries } from './libraries.js';
import { makePackage } from './make-package.js';

const run = promisify(execFile);

/** `npm run packages`: archives of the libraries that others can install, in `dist/packages`. */
async function main(): Promise<void> {
  const root = workspaceRoot();
  const folder = join(root, 'dist', 'packages');
  await mkdir(folder, { recursive: true });
  for (const library of libraries) {
    const target = join(folder, library);
    await makePackage(root, library, target);
    const { stdout } = await run('npm', ['pack', target, '--pack-destination', folder, '--silent'], { cwd: folder });
    process.stdout.write(`dist/packages/${stdout.trim()}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
