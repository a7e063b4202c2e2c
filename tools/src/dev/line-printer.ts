const WIDTH = 'dead-letter-reprocessor'.length;

/** Prints a line of the tooling itself, in the form of the services' own pretty lines. */
export function printLine(who: 'redis' | 'switchboard', line: string): void {
  const name = process.stdout.isTTY ? `\u001b[1m${who.padEnd(WIDTH)}\u001b[0m` : who.padEnd(WIDTH);
  process.stdout.write(`${name} ${line}\n`);
}
