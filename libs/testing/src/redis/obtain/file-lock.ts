import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs `work` while no other process on this machine runs work under the same lock file. The lock is that of util-linux's
 * flock(1), which every Debian has, held by a child at the end of a pipe: it ends with this process, however that ends,
 * so a lock is never left behind.
 *
 * @throws Error when the lock is not had within `timeoutMs`.
 */
export async function withFileLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const seconds = String(Math.ceil(timeoutMs / 1_000));
  const holder = spawn('flock', ['--timeout', seconds, file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    holder.once('close', () => resolve());
    holder.once('error', () => resolve());
  });
  holder.stdin.on('error', () => undefined);
  const held = once(holder.stdout, 'data').then(() => true);
  held.catch(() => undefined);
  if (!(await Promise.race([held, ended.then(() => false)]))) {
    throw new Error(`The lock ${file} was not had within ${timeoutMs} ms`);
  }
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
