import { type ServiceName } from '@switchboard/testing';

const colours = [36, 33, 35, 32, 34, 31];
const seen: string[] = [];
const WIDTH = 'dead-letter-reprocessor'.length;

/** Prints one line behind the coloured name of who said it. */
export function printLine(who: ServiceName | 'redis' | 'switchboard', line: string): void {
  if (!seen.includes(who)) seen.push(who);
  const colour = colours[seen.indexOf(who) % colours.length];
  const name = process.stdout.isTTY ? `\u001b[${colour}m${who.padEnd(WIDTH)}\u001b[0m` : who.padEnd(WIDTH);
  process.stdout.write(`${name} │ ${line}\n`);
}
