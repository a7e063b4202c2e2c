import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { type BenchOptions, readOptions, usage } from './bench-options.js';
import { measureFigures } from './measure-figures.js';
import { resultsOf } from './report/results.js';
import { tableOf } from './report/table.js';
import { versionsInUse } from './report/versions.js';

/** `npm run bench`: measures, prints the table, writes `bench-results.json`. Exit code 1 when a requirement is missed. */
async function main(): Promise<void> {
  const options = optionsOrUsage(process.argv.slice(2));
  const { judged, peers } = await measureFigures(options, (line) => console.log(line));
  const versions = await versionsInUse(peers);
  const file = join(workspaceRoot(), 'bench-results.json');
  await writeFile(file, `${JSON.stringify(resultsOf(judged, versions), null, 2)}\n`);
  console.log(`\n${tableOf(judged)}\n`);
  console.log(
    Object.entries(versions)
      .map(([what, version]) => `${what} ${version ?? 'absent'}`)
      .join(', '),
  );
  console.log(`Results in ${file}`);
  if (judged.some(([, { holds }]) => holds === false)) process.exitCode = 1;
}

function optionsOrUsage(args: readonly string[]): BenchOptions {
  try {
    return readOptions(args);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe benchmark failed: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
