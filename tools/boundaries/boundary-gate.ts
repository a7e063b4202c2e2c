import { dirname, join } from 'node:path';
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';

const RULE = '@nx/enforce-module-boundaries';

/** The lint gate of this workspace: its own configuration and a fresh project graph. */
export class BoundaryGate {
  private constructor(
    private readonly root: string,
    private readonly eslints: Map<string, ESLint>,
  ) {}

  /** Without a stored project graph the rule would be skipped in silence, so this computes one first. */
  static async open(root: string): Promise<BoundaryGate> {
    await createProjectGraphAsync({ exitOnError: false });
    return new BoundaryGate(root, new Map());
  }

  /** What the boundary rule says of a file of the workspace if it held this text. */
  async complaints(file: string, text: string): Promise<string[]> {
    const [result] = await this.eslintOf(file).lintText(text, { filePath: join(this.root, file) });
    if (!result) throw new Error(`${file} is not linted`);
    const fatal = result.messages.find(({ fatal }) => fatal);
    if (fatal) throw new Error(`${file} cannot be linted: ${fatal.message}`);
    return result.messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message);
  }

  /** Linted from its project's folder, as `nx lint` does. */
  private eslintOf(file: string): ESLint {
    const project = file.startsWith('tools/') ? 'tools' : dirname(file).split('/').slice(0, 2).join('/');
    let eslint = this.eslints.get(project);
    if (!eslint) this.eslints.set(project, (eslint = new ESLint({ cwd: join(this.root, project) })));
    return eslint;
  }
}
