import 'reflect-metadata';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { ContractFolder } from './contract-folder.js';
import { generatedFiles } from './generated-files.js';
import { missingUpcasters } from './missing-upcasters.js';

/**
 * `npm run contracts`: writes the AsyncAPI document and the JSON Schemas of all messages to docs/contracts; with `--check`
 * it writes nothing. Exit code 1 when a released schema was changed incompatibly, when an up-caster is missing, or, with
 * `--check`, when a file is out of date.
 */
async function main(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) throw new Error(`There is no option ${unknown}; there is --check.`);
  const folder = new ContractFolder(join(workspaceRoot(), 'docs', 'contracts'));
  const generated = generatedFiles();
  const faults = [...(await folder.broken(generated)), ...missingUpcasters()];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  if (!args.includes('--check')) {
    for (const path of await folder.write(generated)) console.log(`docs/contracts/${path} written`);
    return;
  }
  const stale = await folder.stale(generated);
  if (stale.length === 0) return;
  throw new Error(
    `Out of date in docs/contracts: ${stale.join(', ')}. Run npm run contracts and commit what it writes.`,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
