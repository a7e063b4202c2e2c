import { createHash } from 'node:crypto';

/** A Lua script, sent by its hash. */
export interface Script {
  readonly name: string;
  readonly lua: string;
  readonly sha: string;
}

/** One call of a script. */
export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export function script(name: string, lua: string): Script {
  return { name, lua, sha: createHash('sha1').update(lua).digest('hex') };
}
