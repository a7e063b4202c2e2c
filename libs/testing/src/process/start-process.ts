import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LineLog, type LinePattern } from './line-log.js';
import { RunningProcess } from './running-process.js';
import { holdForCleanup } from './watchdog.js';

/** What to start and how to know that it is ready. */
export interface ProcessOptions {
  command: string;
  args?: readonly string[];
  /** Added to this process's environment; `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** The line that says "ready". Without it the process counts as ready when it has been started. */
  readyWhen?: LinePattern;
  /** Longest wait for that line; 30 000 by default. */
  readyTimeoutMs?: number;
  /** Hears every line as it comes. */
  onLine?: (line: string) => void;
}

/**
 * Starts a process in a group of its own, so that Ctrl-C in the terminal reaches it only through us, and waits until it
 * says that it is ready. The group dies with this process, however this process ends. Standard input is closed.
 *
 * @throws Error when the command cannot be started, ends, or is not ready in time; nothing is left running then.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { command, args = [], env, cwd, readyWhen, readyTimeoutMs, onLine } = options;
  const child = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) holdForCleanup('group', child.pid);
  const log = new LineLog();
  if (onLine) log.onLine(onLine);
  const outputRead = Promise.all([log.follow(child.stdout), log.follow(child.stderr)]);
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
    throw new Error(`${command} cannot be started: ${error.code ?? 'unknown reason'}`, { cause: error });
  }
  const started = new RunningProcess(child, log, outputRead);
  if (!readyWhen) return started;
  try {
    await started.awaitLine(readyWhen, readyTimeoutMs);
  } catch (error) {
    await started.kill('SIGKILL');
    throw error;
  }
  return started;
}
