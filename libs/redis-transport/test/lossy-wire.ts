import { RedisConnections, RedisStreamStore, storeDefaults } from '../src/index.js';
import { type RedisSettings } from '../src/connections/redis-settings.js';
import { type Script } from '../src/scripts/script.js';

type Call = (verb: string, args: (string | number)[]) => Promise<unknown>;

/** A store on a connection that loses replies, or lets calls arrive late, below everything that the driver remembers. */
export class LossyWire {
  readonly store: RedisStreamStore;
  private readonly connections: RedisConnections;
  private readonly faults: { script: Script; fault: 'lost' | 'late' }[] = [];
  private readonly held: (() => Promise<unknown>)[] = [];

  constructor(settings: RedisSettings, partitions: number) {
    this.connections = new RedisConnections(settings, 'lossy');
    const client = this.connections.open('command');
    const call = (client.call as unknown as Call).bind(client);
    Object.assign(client, { call: (verb: string, args: (string | number)[]) => this.carry(call, verb, args) });
    Object.assign(this.connections, { open: () => client });
    this.store = new RedisStreamStore(this.connections, { ...storeDefaults, partitions });
  }

  /** The next call of the script is carried out, and its reply is lost. */
  loseReplyOf(script: Script): void {
    this.faults.push({ script, fault: 'lost' });
  }

  /** The next call of the script fails for its caller and reaches Redis only with `arrive`. */
  holdBack(script: Script): void {
    this.faults.push({ script, fault: 'late' });
  }

  /** What was held back reaches Redis. */
  async arrive(): Promise<void> {
    for (const call of this.held.splice(0)) await call();
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private async carry(call: Call, verb: string, args: (string | number)[]): Promise<unknown> {
    const at = this.faults.findIndex(({ script }) => args[0] === script.sha || args[0] === script.lua);
    if (at < 0) return call(verb, args);
    const [found] = this.faults.splice(at, 1);
    if (found?.fault === 'late') this.held.push(() => call(verb, args));
    else await call(verb, args);
    throw new Error('the connection was cut');
  }
}
