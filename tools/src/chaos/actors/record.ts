import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * What an actor saw, a line each. A line is in the kernel's hands before the actor goes on, so it survives the actor's
 * death; a line cut short by the death is left out when it is read.
 */
export class Record {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  add(line: string): void {
    writeSync(this.file, `${line}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}

export function readRecord(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines;
}
