import { type ServiceName } from '@switchboard/testing';

const WIDTH = 'dead-letter-reprocessor'.length;
const colours = [36, 33, 35, 32, 34, 31, 37];
const known: string[] = [];

/** Prints one line behind the name of who said it, each name in a colour of its own. */
export function printLine(who: ServiceName | 'redis' | 'switchboard', line: string): void {
  if (!known.includes(who)) known.push(who);
  const colour = colours[known.indexOf(who) % colours.length];
  const name = process.stdout.isTTY ? `\u001b[${colour}m${who.padEnd(WIDTH)}\u001b[0m` : who.padEnd(WIDTH);
  process.stdout.write(`${name} │ ${line}\n`);
}
