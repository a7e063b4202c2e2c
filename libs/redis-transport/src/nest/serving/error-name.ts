/** An error's name and code: its own words may speak of the message. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}

/** The same of an error that Redis answered, whose code is the first word of its message: `ReplyError WRONGTYPE`. */
export function refusalName(error: Error): string {
  const [code] = /^[A-Z]{3,}\b/.exec(error.message) ?? [];
  return code === undefined ? nameOf(error) : `${error.name} ${code}`;
}
