import { type Tree } from '@nx/devkit';
import { appSources } from './app-sources.js';

/** Last of the ports that belong to the services Switchboard comes with. */
const LAST_BUILT_IN_PORT = 3004;

/** The port after the highest one that any app has as its default. */
export function nextPort(tree: Tree): number {
  const taken = appSources(tree).flatMap(({ text }) =>
    [...text.matchAll(/\bPORT: (\d+)/g)].map(([, port]) => Number(port)),
  );
  return Math.max(LAST_BUILT_IN_PORT, ...taken) + 1;
}
