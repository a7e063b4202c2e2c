/** An error as it may be logged: nothing but these fields leaves it. */
export interface SafeError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: SafeError;
}

const MAX_CAUSES = 5;
const MAX_MESSAGE_LENGTH = 2_000;

/** Credentials within addresses, as connection errors repeat them. */
const credentials = /\/\/[^/\s@]+@/g;

/**
 * The parts of an error that hold no payload. Errors of Redis clients carry the refused command with all its arguments,
 * those of HTTP clients carry requests with their headers: such fields are left behind.
 */
export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { name: 'Error', message: `thrown: ${typeof error}` };
  const { code } = error as { code?: unknown };
  const { cause } = error;
  return {
    name: error.name,
    message: scrub(error.message).slice(0, MAX_MESSAGE_LENGTH),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack ? { stack: framesOf(error.stack) } : {}),
    ...(cause instanceof Error && depth < MAX_CAUSES ? { cause: safeError(cause, depth + 1) } : {}),
  };
}

function scrub(text: string): string {
  return text.replace(credentials, '//***@');
}

/** A stack's places alone: the lines before them repeat the message, whatever its length. */
export function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
