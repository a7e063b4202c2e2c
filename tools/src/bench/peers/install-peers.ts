import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '../../workspace-root.js';

/** Versions of the peers; they are no part of the workspace and are installed when they are measured first. */
const peers = { bullmq: '6.7.0', groupmq: '1.1.0' } as const;
const INSTALL_TIMEOUT_MS = 120_000;

export interface Peers {
  readonly folder: string;
  /** Why they cannot be measured; absent when they are there. */
  readonly missing?: string;
  readonly versions: Readonly<Record<keyof typeof peers, string>>;
}

/** For a run that compares with none of them. */
export const noPeers: Peers = { folder: '', missing: 'not asked for', versions: peers };

/** Version of the Redis client that every contestant uses. */
export function ioredisVersion(): string {
  const require = createRequire(join(workspaceRoot(), 'package.json'));
  return (require('ioredis/package.json') as { version: string }).version;
}

/** Sees to it that the peers are installed, on the same Redis client as Switchboard. Never rejects. */
export async function installPeers(tell: (line: string) => void): Promise<Peers> {
  const folder = join(workspaceRoot(), 'node_modules/.cache/switchboard/bench');
  const wanted = { ...peers, ioredis: ioredisVersion() };
  try {
    if (!(await areInstalled(folder, wanted))) {
      tell(
        `Installing ${Object.entries(wanted)
          .map((pair) => pair.join(' '))
          .join(', ')} for the comparison …`,
      );
      await install(folder, wanted);
    }
    return { folder, versions: peers };
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0] ?? '';
    return { folder, versions: peers, missing: `the peers cannot be installed (${reason})` };
  }
}

async function areInstalled(folder: string, wanted: Readonly<Record<string, string>>): Promise<boolean> {
  const found = await Promise.all(
    Object.keys(wanted).map((name) =>
      readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}'),
    ),
  );
  const versions = found.map((text) => (JSON.parse(text) as { version?: string }).version);
  return Object.values(wanted).every((version, i) => version === versions[i]);
}

async function install(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  console.log(
    `Installing ${Object.entries(dependencies)
      .map((pair) => pair.join(' '))
      .join(', ')} for the comparison …`,
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
  await promisify(execFile)('npm', args, { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
}
