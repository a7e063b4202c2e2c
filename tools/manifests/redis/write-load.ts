import { setTimeout as pause } from 'node:timers/promises';
import { type RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';

const STREAM = 'msi:messages';
const PARTITIONS = 4;
/** Messages of one call: they share one confirmation by the replicas, as in the services. */
const TOGETHER = 20;
const RETRY_MS = 50;

/** Writes messages without a pause, each confirmed by one replica, and remembers which were acknowledged. */
export class WriteLoad {
  /** Message ids whose append was acknowledged. */
  readonly acknowledged = new Set<string>();
  private readonly store: RedisStreamStore;
  private stopping = false;
  private next = 0;

  constructor(connections: RedisConnections) {
    this.store = new RedisStreamStore(connections, { ...storeDefaults, partitions: PARTITIONS, ackReplicas: 1 });
  }

  /** Writes until `stop`; resolves after the last write. */
  async run(): Promise<void> {
    while (!this.stopping) {
      let open = Array.from({ length: TOGETHER }, () => `m-${(this.next += 1)}`);
      while (!this.stopping && open.length > 0) {
        await this.append(open);
        open = open.filter((id) => !this.acknowledged.has(id));
        if (open.length > 0) await pause(RETRY_MS);
      }
    }
  }

  stop(): void {
    this.stopping = true;
  }

  /** Keys of Redis that hold what was written. */
  static get keys(): string[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => `sb:${STREAM}:{p${partition}}`);
  }

  private async append(ids: readonly string[]): Promise<void> {
    const requests = ids.map((id, i) => ({ stream: STREAM, key: `conversation-${i}`, id, data: '{}' }));
    const results = await this.store.append(requests).catch(() => []);
    results.forEach(({ status }, i) => {
      if (status === 'stored' || status === 'duplicate') this.acknowledged.add(ids[i] as string);
    });
  }
}
