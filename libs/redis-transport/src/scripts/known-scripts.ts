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

  private constructor(private readonly clustered: boolean) {}

  /** The one of a client, however many share the client. */
  static of(client: Redis, clustered: boolean): KnownScripts {
    let scripts = KnownScripts.all.get(client);
    if (!scripts) {
      const made = (scripts = new KnownScripts(clustered));
      KnownScripts.all.set(client, made);
      // Behind the next connection may be another server.
      for (const event of ['close', '+node', '-node']) client.on(event, () => made.known.clear());
    }
    return scripts;
  }

  has(call: ScriptCall): boolean {
    return this.known.has(this.nameOf(call));
  }

  add(call: ScriptCall): void {
    this.known.add(this.nameOf(call));
  }

  delete(call: ScriptCall): void {
    this.known.delete(this.nameOf(call));
  }

  /** In a cluster each slot may lie on a server of its own, and move. */
  private nameOf({ script, keys }: ScriptCall): string {
    return this.clustered ? `${script.sha} ${calculateSlot(keys[0] ?? '')}` : script.sha;
  }
}
