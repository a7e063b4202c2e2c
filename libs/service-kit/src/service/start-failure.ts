import { SettingsError } from '../settings/settings-error.js';

/** Error codes of a listening attempt, and what to do about them. */
const portProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use; stop the other program or set PORT to a free one',
  EACCES: 'may not be used by this user; set PORT to a number above 1023',
  EADDRNOTAVAIL: 'is no address of this machine; set HOST to one of its own or to 0.0.0.0',
};

interface ListenError extends Error {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

/**
 * Why a service did not start, as one sentence for the person who started it; undefined for an error that needs a
 * stack to be understood.
 */
export function startFailureSentence(service: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof SettingsError) return `${service} did not start: ${ended(error.message)}`;
  const { code, syscall, address, port } = error as ListenError;
  if (typeof code !== 'string') return undefined;
  const problem = syscall === 'listen' ? portProblems[code] : undefined;
  if (problem) return `${service} did not start: ${String(address)}:${String(port)} ${problem}.`;
  // Refusals of our own libraries carry a code of their own; Node's begin with ERR_, Nest's have none.
  return code.startsWith('ERR_') ? undefined : `${service} did not start: ${ended(error.message)}`;
}

function ended(sentence: string): string {
  const line = sentence.replace(/\s*\n\s*/g, ' ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
