import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningProcess, startProcess } from '@switchboard/testing';

const run = promisify(execFile);

const folders = ['apps', 'libs', 'tools'];
const files = [
  'package.json',
  'package-lock.json',
  'nx.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'jest.preset.mjs',
  'eslint.config.mjs',
  '.prettierrc.json',
  '.prettierignore',
];
const leftOut = new Set(['node_modules', 'out-tsc', '.nx']);

/** Where the programs lie, below `node_modules`. */
const programs = {
  nx: 'nx/dist/bin/nx.js',
  tsc: 'typescript/bin/tsc',
  eslint: 'eslint/bin/eslint.js',
  jest: 'jest/bin/jest.js',
  prettier: 'prettier/bin/prettier.cjs',
} as const;

/** A copy of this workspace in a temporary folder, where a generator may write. It borrows the installed packages. */
export class WorkspaceCopy {
  private constructor(readonly root: string) {}

  static async of(original: string): Promise<WorkspaceCopy> {
    const root = await mkdtemp(join(await realpath(tmpdir()), 'switchboard-workspace-'));
    const copy = new WorkspaceCopy(root);
    try {
      await Promise.all([...folders, ...files].map((name) => copyInto(join(original, name), join(root, name))));
      await linkPackages(join(original, 'node_modules'), join(root, 'node_modules'));
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /** Runs a program in a folder of the copy to its end. @throws Error with what it said when it ends with a failure. */
  async run(program: keyof typeof programs, args: readonly string[], folder = '.'): Promise<string> {
    const file = join(this.root, 'node_modules', programs[program]);
    const env = { ...process.env, ...environment() };
    const options = { cwd: join(this.root, folder), env, maxBuffer: 16 << 20 };
    try {
      const { stdout, stderr } = await run(process.execPath, [file, ...args], options);
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')} failed\n${stdout}${stderr}` || message, { cause: error });
    }
  }

  /** Starts a program in the root of the copy; end it before the copy is removed. */
  start(program: keyof typeof programs, args: readonly string[], env: Record<string, string>): Promise<RunningProcess> {
    return startProcess({
      command: process.execPath,
      args: [join(this.root, 'node_modules', programs[program]), ...args],
      cwd: this.root,
      env: { ...environment(), NODE_OPTIONS: undefined, ...env },
    });
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** With its times, so that what is built counts as built. */
async function copyInto(from: string, to: string): Promise<void> {
  const filter = (path: string): boolean => !leftOut.has(basename(path));
  await cp(from, to, { recursive: true, preserveTimestamps: true, filter });
}

/** Links every installed package, except that the workspace's own lead into the copy. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(join(to, '@switchboard'), { recursive: true });
  const names = (await readdir(from)).filter((name) => name !== '@switchboard' && !name.startsWith('.'));
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
  const own = join(from, '@switchboard');
  const links = await readdir(own);
  await Promise.all(
    links.map((name) => cp(join(own, name), join(to, '@switchboard', name), { verbatimSymlinks: true })),
  );
}

/** Takes away what a surrounding run of Nx or Jest has set for itself, and colours, so that texts can be compared. */
function environment(): Record<string, string | undefined> {
  const foreign = Object.keys(process.env).filter((name) => /^(NX_|JEST_|NODE_ENV$)/.test(name));
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    FORCE_COLOR: '0',
    NX_DAEMON: 'false',
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings=ExperimentalWarning',
  };
}
