import { join } from 'node:path';
import { startProcess } from '../process/start-process.js';
import { type RunningProcess } from '../process/running-process.js';
import { type ServiceName } from './services.js';

/** One of the built services as a process. */
export interface ServiceProcess {
  readonly name: ServiceName;
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  readonly process: RunningProcess;
}

export interface ServiceOptions {
  readonly name: ServiceName;
  /** Root of the workspace; the service must have been built. */
  readonly root: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine?: (line: string) => void;
}

/** Colours of pretty logs. */
const ANSI = /\u001b\[[0-9;]*m/g;
const ADDRESS = /https?:\/\/[^\s"'}]+/;

/** The address in the line that says "listening", in JSON or in pretty form. */
function addressIn(line: string): string | undefined {
  const plain = line.replace(ANSI, '');
  return /\blistening\b/.test(plain) ? ADDRESS.exec(plain)?.[0] : undefined;
}

/**
 * Starts a built service on 127.0.0.1 and resolves when it listens.
 *
 * @throws Error with its last lines when it ends first, for example for a bad setting or a busy port.
 */
export async function startService({ name, root, port, env, onLine }: ServiceOptions): Promise<ServiceProcess> {
  const main = join(root, 'apps', name, 'dist', 'main.js');
  const listening = (line: string): boolean => addressIn(line) !== undefined;
  const said: string[] = [];
  const process = await startProcess({
    command: globalThis.process.execPath,
    args: ['--enable-source-maps', main],
    cwd: root,
    env: { HOST: '127.0.0.1', PORT: String(port), ...env },
    readyWhen: listening,
    onLine: (line) => {
      said.push(line);
      onLine?.(line);
    },
  }).catch((error: unknown) => {
    throw new Error(said.find((line) => line.includes(`${name} did not start`)) ?? (error as Error).message);
  });
  const url = addressIn(await process.awaitLine(listening)) as string;
  return { name, url: url.replace(/\/$/, ''), process };
}
