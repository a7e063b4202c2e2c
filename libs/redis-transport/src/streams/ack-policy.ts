import { type Redis } from 'ioredis';

/** How many replicas must have an append before it counts. `all`: every replica that was there lately. */
export type AckReplicas = 'all' | 'majority' | number;

/**
 * A replica that is missing is still asked for this long. Shorter than the 8 s in which Sentinel may re-point a returned
 * master would let an acknowledged write be dropped.
 */
const DEGRADE_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 1_000;

/** Knows the replicas of the master that is written to, and so how many of them an append must wait for. */
export class AckPolicy {
  private readonly sightings: { atMs: number; replicas: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Redis,
    private readonly wanted: AckReplicas,
  ) {}

  /** Replicas to wait for now; 0 asks none. */
  async required(): Promise<number> {
    if (typeof this.wanted === 'number') return this.wanted;
    if (!this.timer) await this.begin();
    const known = Math.max(1, ...this.sightings.map(({ replicas }) => replicas));
    return this.wanted === 'all' ? known : Math.ceil(known / 2);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async begin(): Promise<void> {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    await this.look();
  }

  private async look(): Promise<void> {
    const info = await this.client.info('replication').catch(() => '');
    const replicas = Number(/^connected_slaves:(\d+)/m.exec(info)?.[1]);
    const now = performance.now();
    if (!Number.isNaN(replicas)) this.sightings.push({ atMs: now, replicas });
    while (this.sightings[0] && this.sightings[0].atMs < now - DEGRADE_AFTER_MS) this.sightings.shift();
  }
}
