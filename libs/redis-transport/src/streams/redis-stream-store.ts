import { type Redis } from 'ioredis';
import {
  type AppendRequest,
  type AppendResult,
  type CommitRequest,
  type CommitResult,
  type Effect,
  type Lease,
  type NewsPosition,
  PartitionCountMismatchError,
  type PartitionRef,
  type ReadRequest,
  type ReadResult,
  type StoredEntry,
  type StreamStore,
} from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { COMMIT, COUNT_ATTEMPTS, PARK, TRIM } from '../scripts/commit.lua.js';
import { READ } from '../scripts/read.lua.js';
import { PROMOTE, REWIND } from '../scripts/schedule.lua.js';
import { type ScriptCall, ScriptRunner } from '../scripts/script-runner.js';
import { AckPolicy } from './ack-policy.js';
import { Appender, type AppendOptions } from './appender.js';
import { ClusterNewsWaiter } from './cluster-news-waiter.js';
import { EffectEncoder } from './effect-encoder.js';
import { decodeEntries, decodeEntry } from './entry-decoder.js';
import { Keys } from './keys.js';
import { Leases } from './leases.js';
import { NewsWaiter } from './news-waiter.js';
import { failureOf } from './store-failure.js';

export const storeDefaults: AppendOptions = {
  partitions: 16,
  dedupWindowMs: 24 * 3_600_000,
  backlogLimit: 0,
  ackReplicas: 0,
  ackTimeoutMs: 1_000,
};

/** Delayed messages moved by one call. */
const PROMOTED_AT_ONCE = 500;

/** The engine's store on Redis Streams, version 7.0 or later, or Valkey. */
export class RedisStreamStore implements StreamStore {
  private readonly command: Redis;
  private readonly keys: Keys;
  private readonly runner: ScriptRunner;
  private readonly leases: Leases;
  private readonly appender: Appender;
  private readonly news: NewsWaiter | ClusterNewsWaiter;

  constructor(connections: RedisConnections, options: AppendOptions = storeDefaults) {
    const { clustered } = connections;
    this.keys = new Keys(connections.keyPrefix);
    this.command = connections.open('command');
    this.runner = new ScriptRunner(this.command, clustered);
    this.leases = new Leases(this.runner, this.keys);
    const producer = new ScriptRunner(connections.open('producer'), clustered);
    this.appender = new Appender(producer, this.keys, options, new AckPolicy(this.command, options.ackReplicas));
    const Waiter = clustered ? ClusterNewsWaiter : NewsWaiter;
    this.news = new Waiter(connections, this.command, this.keys);
  }

  /** @throws when Redis does not answer a PING. */
  async ping(): Promise<void> {
    await this.command.ping();
  }

  async declareStream(stream: string, partitions: number): Promise<void> {
    const key = this.keys.meta(stream);
    // Looks first: a write would be refused while the memory is full.
    if ((await this.command.hexists(key, 'partitions')) === 0) await this.command.hsetnx(key, 'partitions', partitions);
    const stored = Number(await this.command.hget(key, 'partitions'));
    if (stored !== partitions) throw new PartitionCountMismatchError(stream, stored, partitions);
  }

  append(requests: readonly AppendRequest[]): Promise<AppendResult[]> {
    return this.appender.append(requests);
  }

  announce(stream: string, group: string, member: string, ttlMs: number): Promise<string[]> {
    return this.leases.announce(stream, group, member, ttlMs);
  }

  async withdraw(stream: string, group: string, member: string): Promise<void> {
    await this.command.zrem(this.keys.members(stream, group), member);
  }

  acquire(at: PartitionRef, member: string, ttlMs: number): Promise<Lease | undefined> {
    return this.leases.acquire(at, member, ttlMs);
  }

  renew(leases: readonly Lease[], ttlMs: number): Promise<('held' | 'stale' | 'lost')[]> {
    return this.leases.renew(leases, ttlMs);
  }

  release(lease: Lease): Promise<void> {
    return this.leases.release(lease);
  }

  async read(requests: readonly ReadRequest[]): Promise<ReadResult[]> {
    const calls = requests.map(({ lease, pendingAfter, count }) => ({
      script: READ,
      keys: [...this.fenced(lease), this.keys.replaced(lease.stream, lease.partition, lease.group)],
      args: [...this.leases.proof(lease), lease.group, count, pendingAfter ?? '>'],
    }));
    const results = await this.runner.run(calls);
    return results.map((result, i): ReadResult => {
      if ('error' in result) return failureOf(result.error);
      if (result.reply === 'FENCED') return { status: 'fenced' };
      const items = result.reply as [changes: string | number, ...entries: string[]];
      this.leases.saw((requests[i] as ReadRequest).lease, Number(items[0]));
      return { status: 'read', entries: decodeEntries(items as string[], 1) };
    });
  }

  async load(lease: Lease, entryIds: readonly string[]): Promise<StoredEntry[]> {
    const key = this.keys.stream(lease.stream, lease.partition);
    const pipeline = this.command.pipeline();
    for (const entryId of entryIds) pipeline.xrange(key, entryId, entryId);
    const replies = (await pipeline.exec()) ?? [];
    return entryIds.map((entryId, i) => {
      const [error, reply] = replies[i] ?? [new Error('no reply'), undefined];
      if (error) throw error;
      return decodeEntry(entryId, reply as [string, string[]][]);
    });
  }

  async countAttempts(lease: Lease, entryIds: readonly string[], by: 1 | 0 | -1): Promise<number[] | undefined> {
    const { stream, partition, group } = lease;
    const keys = [this.keys.attempts(stream, partition, group), this.leases.keyOf(lease)];
    const reply = await this.runner.one({
      script: COUNT_ATTEMPTS,
      keys,
      args: [...this.leases.proof(lease), by, ...entryIds],
    });
    return reply === 'FENCED' ? undefined : (reply as number[]);
  }

  async commit(requests: readonly CommitRequest[]): Promise<CommitResult[]> {
    const results = await this.runner.run(requests.map((request) => this.commitCall(request)));
    return results.map((result, i): CommitResult => {
      if ('error' in result) return failureOf(result.error);
      if (result.reply === 'FENCED') return { status: 'fenced' };
      this.leases.saw((requests[i] as CommitRequest).lease, Number(result.reply));
      return { status: 'committed' };
    });
  }

  async park(lease: Lease, message: { key: string; entryId: string }, effects: readonly Effect[]): Promise<boolean> {
    const { stream, partition, group } = lease;
    const encoder = new EffectEncoder(this.keys, partition);
    const args: (string | number)[] = [...this.leases.proof(lease), message.key, message.entryId];
    encoder.encode(effects, message.key, args);
    const keys = [
      ...this.fenced(lease),
      this.keys.attempts(stream, partition, group),
      this.keys.parked(stream, partition, group),
      ...encoder.keys,
    ];
    const reply = await this.runner.one({ script: PARK, keys, args });
    if (reply !== 'FENCED') this.leases.saw(lease, Number(reply));
    return reply !== 'FENCED';
  }

  async promote(leases: readonly Lease[]): Promise<(number | undefined)[]> {
    const results = await this.runner.run(leases.map((lease) => this.promoteCall(lease)));
    return results.map((result) => {
      if ('error' in result) throw result.error;
      return typeof result.reply === 'number' && result.reply >= 0 ? result.reply : undefined;
    });
  }

  async rewind({ stream, group, partition }: PartitionRef, after: string): Promise<void> {
    const keys = [this.keys.stream(stream, partition), this.keys.lease(stream, partition, group)];
    await this.runner.one({ script: REWIND, keys, args: [group, after] });
  }

  async trim(lease: Lease, retentionMs: number): Promise<number> {
    const reply = await this.runner.one({
      script: TRIM,
      keys: this.fenced(lease),
      args: [...this.leases.proof(lease), retentionMs],
    });
    return reply === 'FENCED' ? 0 : Number(reply);
  }

  waitForNews(positions: readonly NewsPosition[], timeoutMs: number, signal: AbortSignal): Promise<number[]> {
    return this.news.wait(positions, timeoutMs, signal);
  }

  private promoteCall(lease: Lease): ScriptCall {
    const keys = [...this.fenced(lease), ...this.keys.delayed(lease.stream, lease.partition)];
    return { script: PROMOTE, keys, args: [...this.leases.proof(lease), PROMOTED_AT_ONCE] };
  }

  private commitCall({ lease, turns }: CommitRequest): ScriptCall {
    const { stream, partition, group } = lease;
    const encoder = new EffectEncoder(this.keys, partition);
    const args: (string | number)[] = [...this.leases.proof(lease), group, turns.length];
    for (const { entryIds, effects, forgetAttempts, key } of turns) {
      args.push(forgetAttempts ? '1' : '0', entryIds.length, ...entryIds);
      encoder.encode(effects, key, args);
    }
    const keys = [
      ...this.fenced(lease),
      this.keys.attempts(stream, partition, group),
      this.keys.replaced(stream, partition, group),
      ...encoder.keys,
    ];
    return { script: COMMIT, keys, args };
  }

  private fenced(lease: Lease): string[] {
    return [this.keys.stream(lease.stream, lease.partition), this.leases.keyOf(lease)];
  }
}
