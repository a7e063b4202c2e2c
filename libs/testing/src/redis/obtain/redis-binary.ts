import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Finding } from './redis-source.js';
import { runProgram } from './run-program.js';

/** Oldest Redis that the system works with (functions of Lua scripts, streams, CLUSTER ADDSLOTSRANGE). */
const OLDEST_MAJOR = 7;

/** Whether a file is a redis-server or valkey-server that runs here and is new enough. */
export async function probeBinary(file: string, libraryPath?: string): Promise<Finding> {
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  const { code, stdout } = await runProgram(file, ['--version'], { env });
  const version = /\bv=(\d+)\.(\d+\.\d+)/.exec(stdout);
  if (code !== 0 || !version) return { absent: `${file} does not run as a redis-server or valkey-server` };
  const [, major, rest] = version;
  if (Number(major) < OLDEST_MAJOR) return { absent: `${file} is ${major}.${rest}; 7.0 or newer is needed` };
  return { source: { kind: 'binary', file, ...(libraryPath ? { libraryPath } : {}) } };
}

/** The first redis-server or valkey-server on PATH that is new enough. */
export async function probePath(path = process.env['PATH'] ?? ''): Promise<Finding> {
  const reasons: string[] = [];
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const file = join(folder, name);
      if (!(await isExecutable(file))) continue;
      const finding = await probeBinary(file);
      if ('source' in finding) return finding;
      reasons.push(finding.absent);
    }
  }
  return { absent: reasons.join('; ') || 'neither redis-server nor valkey-server is on PATH' };
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
