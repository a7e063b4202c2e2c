import { type Lease, type PartitionRef } from '@switchboard/delivery';
import { ACQUIRE, ANNOUNCE, RELEASE, RENEW } from '../scripts/lease.lua.js';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { type Keys } from './keys.js';

/** Members of a group and their leases on partitions. */
export class Leases {
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
    ];
    const reply = (await this.runner.one({ script: ACQUIRE, keys, args: [group, member, ttlMs] })) as string[];
    const [fence, lastDelivered] = reply;
    return fence && lastDelivered ? { stream, group, partition, fence, lastDelivered } : undefined;
  }

  async renew(leases: readonly Lease[], ttlMs: number): Promise<boolean[]> {
    const calls = leases.map((lease) => ({ script: RENEW, keys: [this.keyOf(lease)], args: [lease.fence, ttlMs] }));
    const results = await this.runner.run(calls);
    return results.map((result) => {
      if ('error' in result) throw result.error;
      return result.reply === 1;
    });
  }

  async release(lease: Lease): Promise<void> {
    await this.runner.one({ script: RELEASE, keys: [this.keyOf(lease)], args: [lease.fence] });
  }

  /** The key that holds a lease. */
  keyOf({ stream, partition, group }: PartitionRef): string {
    return this.keys.lease(stream, partition, group);
  }
}
