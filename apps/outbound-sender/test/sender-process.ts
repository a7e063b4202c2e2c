import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@switchboard/testing';

/** The service as a process of its own, from its sources; resolves when it listens. */
export function startSender(env: Readonly<Record<string, string>>): Promise<RunningProcess> {
  return startProcess({
    command: 'node',
    args: [
      '--import',
      '@swc-node/register/esm-register',
      '--conditions=@switchboard/source',
      join(import.meta.dirname, '../src/main.ts'),
    ],
    cwd: join(import.meta.dirname, '../../..'),
    env: { NODE_OPTIONS: undefined, NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', ...env },
    readyWhen: /listening/,
    readyTimeoutMs: 60_000,
  });
}
