import { randomBytes } from 'node:crypto';
import { type Lease, type PartitionRef, type StoreFailure } from '@switchboard/delivery';
import { ACQUIRE, ANNOUNCE, PARKED, RELEASE, RENEW } from '../scripts/lease.lua.js';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { type Keys } from './keys.js';
import { Outstanding } from './outstanding.js';
import { failureOf } from './store-failure.js';

/** Members of a group and their leases on partitions. */
export class Leases {
  /** The highest count of changes the server told of each lease; it may never be behind that again. */
  private readonly seen = new WeakMap<Lease, number>();
  /** How often a parked conversation had been let go when the parked ones were last asked for. */
  private readonly releases = new WeakMap<Lease, number>();
  private readonly outstanding = new WeakMap<Lease, Outstanding>();

  constructor(
    private readonly runner: ScriptRunner,
    private readonly keys: Keys,
  ) {}

  async announce(stream: string, group: string, member: string, ttlMs: number): Promise<string[]> {
    const keys = [this.keys.members(stream, group)];
    return (await this.runner.one({ script: ANNOUNCE, keys, args: [member, ttlMs] })) as string[];
  }

  async acquire(at: PartitionRef, member: string, ttlMs: number): Promise<Lease | undefined> {
    const { stream, group, partition } = at;
    const keys = [
      this.keys.stream(stream, partition),
      this.keys.lease(stream, partition, group),
      this.keys.fence(stream, partition, group),
      this.keys.parked(stream, partition, group),
      this.keys.given(stream, partition, group),
    ];
    const reply = (await this.runner.one({ script: ACQUIRE, keys, args: [group, member, ttlMs, nonce()] })) as [
      string?,
      string?,
      string[]?,
    ];
    const [fence, lastDelivered, parked = []] = reply;
    return fence && lastDelivered ? { stream, group, partition, fence, lastDelivered, parked } : undefined;
  }

  async renew(leases: readonly Lease[], ttlMs: number): Promise<('held' | 'unparked' | 'lost' | StoreFailure)[]> {
    const calls = leases.map((lease) => ({
      script: RENEW,
      keys: [this.keyOf(lease)],
      args: [...this.proof(lease), ttlMs],
    }));
    const results = await this.runner.run(calls);
    return results.map((result, i) => {
      if ('error' in result) return failureOf(result.error);
      const releases = Number(result.reply);
      if (releases < 0) return 'lost';
      return releases > (this.releases.get(leases[i] as Lease) ?? 0) ? 'unparked' : 'held';
    });
  }

  async parked(lease: Lease): Promise<string[] | undefined> {
    const { stream, partition, group } = lease;
    const keys = [this.keyOf(lease), this.keys.parked(stream, partition, group)];
    const reply = await this.runner.one({ script: PARKED, keys, args: this.proof(lease) });
    if (reply === 'FENCED') return undefined;
    const [releases, parked] = reply as [number, string[]];
    this.releases.set(lease, releases);
    return parked;
  }

  async release(lease: Lease): Promise<void> {
    await this.runner.one({ script: RELEASE, keys: [this.keyOf(lease)], args: [lease.fence] });
  }

  /** What a fenced script is given to check: the fence and the changes seen. */
  proof(lease: Lease): [fence: string, seen: number] {
    return [lease.fence, this.seen.get(lease) ?? 0];
  }

  /** The server told its count of changes. */
  saw(lease: Lease, changes: number): void {
    if (changes > (this.seen.get(lease) ?? 0)) this.seen.set(lease, changes);
  }

  /** What was handed out under a lease. */
  outstandingOf(lease: Lease): Outstanding {
    let outstanding = this.outstanding.get(lease);
    if (!outstanding) this.outstanding.set(lease, (outstanding = new Outstanding(lease.lastDelivered)));
    return outstanding;
  }

  /** The key that holds a lease. */
  keyOf({ stream, partition, group }: PartitionRef): string {
    return this.keys.lease(stream, partition, group);
  }
}

function nonce(): string {
  return randomBytes(6).toString('base64url');
}
