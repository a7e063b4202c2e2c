import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProcess, startProcess, waitFor } from '@switchboard/testing';
import { workspaceRoot } from '../../workspace-root.js';
import { nodeFlags } from '../worker/node-flags.js';

export interface LoggedProcessOptions {
  /** Compiled main file, from the root of the workspace. */
  readonly main: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder for a V8 processor profile, written at its end. */
  readonly profileFolder?: string | undefined;
}

/** Its standard output becomes a file, as a container's does, so that nobody spends time on reading its log. */
const intoFile = 'log=$1; shift; exec "$@" >"$log"';
const STARTED_MS = 30_000;

/** A server that says in its log where it listens, as a process of its own. */
export class LoggedProcess {
  private constructor(
    readonly url: string,
    private readonly process: RunningProcess,
    private readonly folder: string,
  ) {}

  /** Resolves when it listens. @throws Error when it is not built, ends, or does not listen in time */
  static async start({ main, args = [], env = {}, profileFolder }: LoggedProcessOptions): Promise<LoggedProcess> {
    const file = join(workspaceRoot(), main);
    await access(file).catch((cause: unknown) => {
      throw new Error(`There is no ${main}: run npm run build first`, { cause });
    });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const log = join(folder, 'log');
    const profile = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
    const running = await startProcess({
      command: 'sh',
      args: ['-c', intoFile, 'sh', log, process.execPath, ...nodeFlags, ...profile, file, ...args],
      cwd: workspaceRoot(),
      env: { NODE_OPTIONS: undefined, ...env },
    });
    try {
      return new LoggedProcess(await urlIn(log, running), running, folder);
    } catch (error) {
      await running.kill('SIGKILL');
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    return this.process.pid;
  }

  async stop(): Promise<void> {
    await this.process.stop(10_000);
    await rm(this.folder, { recursive: true });
  }
}

async function urlIn(log: string, running: RunningProcess): Promise<string> {
  const look = async (): Promise<string | undefined> => {
    if (running.hasExited) return 'ended';
    const line = (await readFile(log, 'utf8')).split('\n').find((one) => one.includes('"msg":"listening"'));
    return line && (JSON.parse(line) as { url: string }).url;
  };
  const url = await waitFor(look, { describe: () => `a server listens:\n${running.tail()}`, timeoutMs: STARTED_MS });
  if (url === 'ended') throw new Error(`A server ended at its start:\n${running.tail()}`);
  return url;
}
