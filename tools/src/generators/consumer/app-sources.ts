import { type Tree } from '@nx/devkit';

/** One source file of an app. */
export interface AppSource {
  readonly app: string;
  readonly text: string;
}

/** The TypeScript files that lie directly in the `src` folders of all apps. */
export function appSources(tree: Tree): AppSource[] {
  return tree.children('apps').flatMap((app) => {
    const folder = `apps/${app}/src`;
    const files = tree.children(folder).filter((file) => file.endsWith('.ts') && tree.isFile(`${folder}/${file}`));
    return files.map((file) => ({ app, text: tree.read(`${folder}/${file}`, 'utf8') ?? '' }));
  });
}
