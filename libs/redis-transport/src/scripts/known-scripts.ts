import { type Redis } from 'ioredis';
import calculateSlot from 'cluster-key-slot';
import { type ScriptCall } from './script-runner.js';

/**
 * Which scripts a client's server surely has. One that it may not have is sent as text: by its hash it might be refused and
 * come again behind a later call, which then was carried out first.
 */
export class KnownScripts {
  private static readonly all = new WeakMap<Redis, KnownScripts>();
  private readonly known = new Set<string>();
  /** In a cluster, which servers are many and change, only what one of them was seen to lack is sent as text. */
  private readonly missing = new Set<string>();

  private constructor(private readonly clustered: boolean) {}

  /** The one of a client, however many share the client. */
  static of(client: Redis, clustered: boolean): KnownScripts {
    let scripts = KnownScripts.all.get(client);
    if (!scripts) {
      const made = (scripts = new KnownScripts(clustered));
      KnownScripts.all.set(client, made);
      // Behind the next connection may be another server.
      client.on('close', () => made.known.clear());
    }
    return scripts;
  }

  has(call: ScriptCall): boolean {
    return this.clustered ? !this.missing.has(this.nameOf(call)) : this.known.has(call.script.sha);
  }

  add(call: ScriptCall): void {
    if (this.clustered) this.missing.delete(this.nameOf(call));
    else this.known.add(call.script.sha);
  }

  delete(call: ScriptCall): void {
    if (this.clustered) this.missing.add(this.nameOf(call));
    else this.known.delete(call.script.sha);
  }

  /** Each slot may lie on a server of its own. */
  private nameOf({ script, keys }: ScriptCall): string {
    return `${script.sha} ${calculateSlot(keys[0] ?? '')}`;
  }
}
