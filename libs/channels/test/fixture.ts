import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes of a recorded webhook body. */
export function fixtureBytes(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '..', 'fixtures', `${name}.json`));
}

/** A recorded webhook body, parsed anew for each caller, who may change it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into foreign JSON
export function fixture(name: string): any {
  return JSON.parse(fixtureBytes(name).toString('utf8'));
}
