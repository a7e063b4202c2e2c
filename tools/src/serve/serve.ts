import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { ServedProcess } from './served-process.js';
import { watchSources } from './source-watch.js';

/**
 * Runs one service of this workspace, rebuilds it and the libraries it uses when their sources change, and restarts it
 * after every build without errors. Settings come from the environment; logs are for people unless LOG_PRETTY says
 * otherwise.
 */
function main(app: string | undefined): void {
  const root = workspaceRoot();
  const folder = join(root, 'apps', app ?? '');
  const config = join(folder, 'tsconfig.lib.json');
  if (!app || !existsSync(config)) throw new Error(`There is no app "${app ?? ''}"; npx nx show projects lists them.`);

  const service = new ServedProcess(join(folder, 'dist', 'main.js'), {
    ...process.env,
    LOG_PRETTY: process.env['LOG_PRETTY'] ?? 'true',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void service.end().then((code) => process.exit(code)));
  }
  watchSources(config, () => void service.restart());
}

try {
  main(process.argv[2]);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
