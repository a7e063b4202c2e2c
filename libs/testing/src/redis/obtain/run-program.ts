import { execFile } from 'node:child_process';

/** What a short-lived program said. */
export interface ProgramResult {
  /** Exit code; -1 when it could not be started, was ended by a signal or took too long. */
  code: number;
  stdout: string;
  stderr: string;
}

/** How to run it. */
export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Longest run; 10 000 by default. */
  timeoutMs?: number;
}

/** Runs a program to its end. Never rejects: a program that is not there is a result like any other. */
export function runProgram(file: string, args: string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const { cwd, env, timeoutMs = 10_000 } = options;
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: { ...process.env, LC_ALL: 'C', ...env }, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
