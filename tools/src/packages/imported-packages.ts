import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

/** The packages that the built files of a folder import, types included. */
export async function importedPackages(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file));
  const found = new Set<string>();
  for (const file of files) {
    const { importedFiles } = ts.preProcessFile(await readFile(join(folder, file), 'utf8'));
    for (const { fileName } of importedFiles) {
      if (!fileName.startsWith('.') && !isBuiltin(fileName)) found.add(packageOf(fileName));
    }
  }
  return [...found].sort();
}

/** `@scope/name/file.js` is a file of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
