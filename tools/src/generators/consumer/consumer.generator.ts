import { join } from 'node:path';
import { formatFiles, generateFiles, type Tree, updateJson } from '@nx/devkit';
import { type ConsumerRequest, planConsumer } from './consumer-plan.js';

/** Templates, from the root of the workspace. */
const TEMPLATES = 'tools/src/generators/consumer/files';

interface SolutionFile {
  references: { path: string }[];
}

interface LockFile {
  packages: Record<string, object>;
}

/**
 * Adds an app with one `@StreamHandler`, its test on a real Redis, and the entries by which TypeScript and npm know it.
 *
 * @throws Error of one sentence when the request does not fit the workspace; nothing is written then.
 */
export default async function consumerGenerator(tree: Tree, request: ConsumerRequest): Promise<void> {
  const plan = planConsumer(tree, request);
  const folder = `apps/${plan.name}`;
  generateFiles(tree, join(tree.root, TEMPLATES), folder, { ...plan });
  updateJson<SolutionFile>(tree, 'tsconfig.json', (solution) => ({
    ...solution,
    references: [...solution.references, { path: `./${folder}` }],
  }));
  addToLock(tree, plan.name, folder);
  await formatFiles(tree);
}

/** `npm ci` refuses a workspace that the lock file does not name; an app brings no packages, so this is all it takes. */
function addToLock(tree: Tree, name: string, folder: string): void {
  if (!tree.exists('package-lock.json')) return;
  const packageName = `@switchboard/${name}`;
  updateJson<LockFile>(tree, 'package-lock.json', (lock) => ({
    ...lock,
    packages: sorted({
      ...lock.packages,
      [folder]: { name: packageName, version: '0.1.0' },
      [`node_modules/${packageName}`]: { resolved: folder, link: true },
    }),
  }));
}

function sorted(packages: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
