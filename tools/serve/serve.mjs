import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ServedProcess } from './served-process.mjs';
import { watchSources } from './source-watch.mjs';

/**
 * Runs one service, rebuilds it and the libraries it uses when their sources change, and restarts it after every build
 * without errors: `node serve.mjs <app>`. Settings come from the environment; logs are for people unless LOG_PRETTY says
 * otherwise.
 */
const app = process.argv[2] ?? '';
const folder = join(import.meta.dirname, '..', '..', 'apps', app);
const config = join(folder, 'tsconfig.lib.json');
if (app === '' || !existsSync(config)) {
  process.stderr.write(`There is no app "${app}" to serve; npx nx show projects lists them.\n`);
  process.exit(1);
}

const service = new ServedProcess(join(folder, 'dist', 'main.js'), { LOG_PRETTY: 'true', ...process.env });
service.endOnSignals();
watchSources(config, () => void service.restart());
