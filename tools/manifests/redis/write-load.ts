import { type RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';

const STREAM = 'msi:messages';
const PARTITIONS = 4;

/** Writes messages without a pause and remembers which were acknowledged. */
export class WriteLoad {
  /** Message ids whose append was acknowledged. */
  readonly acknowledged = new Set<string>();
  private readonly store: RedisStreamStore;
  private readonly writers: Promise<void>[] = [];
  private stopping = false;
  private next = 0;

  constructor(
    connections: RedisConnections,
    private readonly writersCount = 8,
  ) {
    this.store = new RedisStreamStore(connections, { ...storeDefaults, partitions: PARTITIONS, ackReplicas: 'all' });
  }

  start(): void {
    for (let i = 0; i < this.writersCount; i += 1) this.writers.push(this.write());
  }

  /** Ends after the writes under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.writers);
  }

  /** Keys of Redis that hold what was written. */
  static get keys(): string[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => `sb:${STREAM}:{p${partition}}`);
  }

  private async write(): Promise<void> {
    while (!this.stopping) {
      const id = `m-${(this.next += 1)}`;
      const request = { stream: STREAM, key: `conversation-${this.next % 50}`, id, data: '{}' };
      while (!this.stopping && !(await this.append(request))) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async append(request: { stream: string; key: string; id: string; data: string }): Promise<boolean> {
    const [result] = await this.store.append([request]).catch(() => []);
    const acknowledged = result?.status === 'stored' || result?.status === 'duplicate';
    if (acknowledged) this.acknowledged.add(request.id);
    return acknowledged;
  }
}
