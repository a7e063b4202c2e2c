import { type Tree } from '@nx/devkit';
import { appSources } from './app-sources.js';
import { memberOf, type MessageSources } from './message-sources.js';

const HANDLER = /@StreamHandler\(\s*(\w+),\s*(?:'([^']+)'|Groups\.(\w+))/g;

/** The app that already handles this message class in this group. */
export function groupOwner(tree: Tree, sources: MessageSources, message: string, group: string): string | undefined {
  const takes = (text: string): boolean =>
    [...text.matchAll(HANDLER)].some(([, handled, literal, member]) => {
      const named = literal ?? memberOf(sources, 'Groups', member ?? '');
      return handled === message && named === group;
    });
  return appSources(tree).find(({ text }) => takes(text))?.app;
}
