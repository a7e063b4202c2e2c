import { type Redis } from 'ioredis';
import { ACK_DEGRADED } from '../connections/connection-observer.js';
import { sentinelView } from '../connections/sentinel-view.js';

/** How many replicas must have an append before it counts. `all`: every replica that was there lately. */
export type AckReplicas = 'all' | 'majority' | number;

export interface AckTimes {
  /**
   * A replica that is missing is still asked for this long. Sentinel may promote one and demote the old master 8 s later;
   * asking fewer before that would let an acknowledged write be dropped.
   */
  readonly degradeAfterMs: number;
  readonly lookEveryMs: number;
}

const defaultTimes: AckTimes = { degradeAfterMs: 15_000, lookEveryMs: 1_000 };

/**
 * Knows the replicas of the master that is written to, and so how many of them an append must wait for. Fewer than there
 * once were suffice only when they have been missing for `degradeAfterMs` and, with Sentinels, a majority of these still
 * names this very master; at least one is always asked. In a cluster the master with the fewest replicas counts.
 */
export class AckPolicy {
  private begun: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Replicas asked for at present. */
  private expected = 0;
  /** Most replicas ever seen. */
  private most = 0;
  private completeAtMs = 0;
  private degraded: boolean | undefined;

  constructor(
    private readonly client: Redis,
    private readonly wanted: AckReplicas,
    private readonly times: AckTimes = defaultTimes,
  ) {
    if (typeof wanted !== 'number') client.on('end', () => this.close());
  }

  /** Replicas to wait for now; 0 asks none. @throws when the replicas have never been seen: nothing may be assumed then. */
  async required(): Promise<number> {
    if (typeof this.wanted === 'number') return this.wanted;
    await (this.begun ??= this.begin());
    const known = Math.max(1, this.expected);
    return this.wanted === 'all' ? known : Math.ceil(known / 2);
  }

  /** Looks no more. Happens by itself when the client has ended; the next question begins anew. */
  close(): void {
    clearTimeout(this.timer);
    this.begun = undefined;
  }

  private async begin(): Promise<void> {
    try {
      const view = await sentinelView(this.client);
      this.expected = this.most = view?.replicas ?? 0;
      this.completeAtMs = performance.now();
      await this.look();
      this.lookLater();
    } catch (error) {
      this.begun = undefined;
      throw error;
    }
  }

  private lookLater(): void {
    clearTimeout(this.timer);
    if (!this.begun || this.client.status === 'end') return;
    this.timer = setTimeout(() => {
      this.look().then(
        () => this.lookLater(),
        () => this.lookLater(),
      );
    }, this.times.lookEveryMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const replicas = await this.replicas();
    const now = performance.now();
    if (replicas >= this.expected) this.expect(replicas);
    else if (now - this.completeAtMs >= this.times.degradeAfterMs && (await this.isStillMaster()))
      this.expect(replicas);
    this.tell();
  }

  private expect(replicas: number): void {
    this.expected = replicas;
    this.most = Math.max(this.most, replicas);
    this.completeAtMs = performance.now();
  }

  private async isStillMaster(): Promise<boolean> {
    return (await sentinelView(this.client))?.agreed ?? true;
  }

  private tell(): void {
    const degraded = this.expected < this.most;
    if (degraded === this.degraded) return;
    this.degraded = degraded;
    this.client.emit(ACK_DEGRADED, degraded);
  }

  /** Replicas connected now. @throws when no master answers. */
  private async replicas(): Promise<number> {
    const counts = await Promise.allSettled(mastersOf(this.client).map(connectedReplicas));
    const known = counts.filter((count) => count.status === 'fulfilled').map(({ value }) => value);
    if (known.length > 0) return Math.min(...known);
    const [failed] = counts;
    throw failed?.status === 'rejected' ? failed.reason : new Error('no master is known');
  }
}

/** The client itself, or in a cluster the clients of all masters. */
function mastersOf(client: Redis): Redis[] {
  return 'nodes' in client ? (client as unknown as { nodes(role: 'master'): Redis[] }).nodes('master') : [client];
}

async function connectedReplicas(master: Redis): Promise<number> {
  const info = await master.info('replication');
  if (!/^role:master/m.test(info)) throw new Error('this Redis is no master now');
  return Number(/^connected_slaves:(\d+)/m.exec(info)?.[1]);
}
