import { type Cluster, type Redis } from 'ioredis';
import calculateSlot from 'cluster-key-slot';
import { type ScriptCall } from './script.js';

/**
 * Which scripts a client's servers surely have. One that a server may not have is sent as text: by its hash it might be
 * refused and come again behind a later call, which then was carried out first.
 */
export class KnownScripts {
  private static readonly all = new WeakMap<Redis, KnownScripts>();
  private readonly known = new Set<string>();

  private constructor(
    private readonly client: Redis,
    private readonly clustered: boolean,
  ) {
    // Behind the next connection may be another server.
    for (const event of ['close', '-node']) client.on(event, () => this.known.clear());
  }

  /** The one of a client, however many share the client. */
  static of(client: Redis, clustered: boolean): KnownScripts {
    const scripts = KnownScripts.all.get(client) ?? new KnownScripts(client, clustered);
    KnownScripts.all.set(client, scripts);
    return scripts;
  }

  /** True when the server of the call's keys has its script. */
  has(call: ScriptCall): boolean {
    return this.known.has(this.nameOf(call));
  }

  /** The server answered the script. */
  add(call: ScriptCall): void {
    this.known.add(this.nameOf(call));
  }

  /** The server has forgotten the script. */
  delete(call: ScriptCall): void {
    this.known.delete(this.nameOf(call));
  }

  private nameOf({ script, keys }: ScriptCall): string {
    if (!this.clustered) return script.sha;
    const { slots } = this.client as unknown as Cluster & {
      readonly slots: readonly (readonly string[] | undefined)[];
    };
    const server = slots[calculateSlot(keys[0] ?? '')]?.[0];
    return `${server} ${script.sha}`;
  }
}
