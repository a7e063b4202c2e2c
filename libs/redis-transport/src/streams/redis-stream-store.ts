import { type Redis } from 'ioredis';
import {
  type AppendRequest,
  type AppendResult,
  type Attempts,
  type CommitRequest,
  type CommitResult,
  type Effect,
  type Lease,
  type NewsPosition,
  type Parking,
  partitionOf,
  PartitionCountMismatchError,
  type PartitionRef,
  type ReadRequest,
  type ReadResult,
  type StoredEntry,
  type StoreFailure,
  type StreamStore,
} from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { ATTEMPTS_OF, STORE_ATTEMPTS, TRIM } from '../scripts/commit.lua.js';
import { READ } from '../scripts/read.lua.js';
import { PROMOTE, REWIND } from '../scripts/schedule.lua.js';
import { type ScriptCall } from '../scripts/script.js';
import { type ScriptReply, ScriptRunner } from '../scripts/script-runner.js';
import { AckPolicy } from './ack-policy.js';
import { Appender, type AppendOptions } from './appender.js';
import { ClusterNewsWaiter } from './cluster-news-waiter.js';
import { decodeEntries, decodeEntry, type ReadReply } from './entry-decoder.js';
import { Keys } from './keys.js';
import { Leases } from './leases.js';
import { NewsWaiter } from './news-waiter.js';
import { NewsWaiters } from './news-waiters.js';
import { type Passing } from './outstanding.js';
import { failureOf } from './store-failure.js';
import { TurnCalls } from './turn-calls.js';

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
  private readonly turnCalls: TurnCalls;
  private readonly appender: Appender;
  private readonly news: NewsWaiters;

  private readonly clustered: boolean;

  constructor(
    connections: RedisConnections,
    private readonly options: AppendOptions = storeDefaults,
  ) {
    const { clustered } = connections;
    this.clustered = clustered;
    this.keys = new Keys(connections.keyPrefix);
    this.command = connections.open('command');
    this.runner = new ScriptRunner(this.command, clustered);
    this.leases = new Leases(this.runner, this.keys);
    this.turnCalls = new TurnCalls(this.keys, this.leases);
    const producer = connections.open('producer');
    const ackPolicy = new AckPolicy(producer, options.ackReplicas);
    this.appender = new Appender(new ScriptRunner(producer, clustered), this.keys, options, ackPolicy, clustered);
    const Waiter = clustered ? ClusterNewsWaiter : NewsWaiter;
    this.news = new NewsWaiters(() => new Waiter(connections, this.command, this.keys));
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

  /**
   * In a cluster each partition has its own server. Redis alone is one, with two routes, so that it has work while the
   * replies of the other route are read.
   */
  routeOf(_stream: string, key: string): string {
    const partition = partitionOf(key, this.options.partitions);
    return String(this.clustered ? partition : partition % 2);
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

  renew(leases: readonly Lease[], ttlMs: number): Promise<('held' | 'unparked' | 'lost' | StoreFailure)[]> {
    return this.leases.renew(leases, ttlMs);
  }

  release(lease: Lease): Promise<void> {
    return this.leases.release(lease);
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    const outstanding = this.leases.outstandingOf(request.lease);
    if (request.of === 'pending') return outstanding.oneByOne(() => this.readPassing(request, outstanding.all()));
    if (!outstanding.overflows) return this.readPassing(request, outstanding.nothing());
    return outstanding.oneByOne(() => this.readPassing(request, outstanding.older()));
  }

  async load(lease: Lease, entryIds: readonly string[]): Promise<StoredEntry[]> {
    const key = this.keys.stream(lease.stream, lease.partition);
    const replies = await Promise.all(entryIds.map((entryId) => this.command.xrange(key, entryId, entryId)));
    return entryIds.map((entryId, i) => decodeEntry(entryId, replies[i] ?? []));
  }

  async attemptsOf(lease: Lease, entryIds: readonly string[]): Promise<Attempts[] | undefined> {
    const reply = await this.runner.one({
      script: ATTEMPTS_OF,
      keys: this.attempts(lease),
      args: [...this.leases.proof(lease), ...entryIds],
    });
    if (reply === 'FENCED') return undefined;
    return entryIds.map((entryId, i) => ({ entryId, ...decodeAttempts((reply as (string | null)[])[i] ?? '0') }));
  }

  async storeAttempts(lease: Lease, attempts: readonly Attempts[]): Promise<boolean> {
    const pairs = attempts.flatMap(({ entryId, over, begun }) => [entryId, `${over}${begun ? '+' : ''}`]);
    const args = [...this.leases.proof(lease), ...pairs];
    const result = await this.fencedOne(lease, { script: STORE_ATTEMPTS, keys: this.attempts(lease), args });
    if (result.status === 'failed') throw result.error;
    return result.status === 'committed';
  }

  commit({ lease, turns }: CommitRequest): Promise<CommitResult> {
    const outstanding = this.leases.outstandingOf(lease);
    return outstanding.oneByOne(async () => {
      const passing = outstanding.ending(turns);
      const call = (named: boolean): ScriptCall => this.turnCalls.commit(lease, turns, passing, named);
      const [short] = passing.inOrder ? await this.runner.run([call(false)]) : [];
      const unsure = !short || ('reply' in short && short.reply === 'UNSURE');
      return this.committed(lease, unsure ? await this.runner.run([call(true)]) : [short], passing);
    });
  }

  park(lease: Lease, parking: Parking, effects: readonly Effect[]): Promise<CommitResult> {
    const outstanding = this.leases.outstandingOf(lease);
    return outstanding.oneByOne(async () => {
      const passing = outstanding.through(parking.entryId);
      return this.fencedOne(lease, this.turnCalls.park(lease, parking, effects, passing), passing);
    });
  }

  parked(lease: Lease): Promise<string[] | undefined> {
    return this.leases.parked(lease);
  }

  async promote(leases: readonly Lease[]): Promise<(number | undefined | StoreFailure)[]> {
    const results = await this.runner.run(leases.map((lease) => this.promoteCall(lease)));
    return results.map((result) => {
      if ('error' in result) return failureOf(result.error);
      return typeof result.reply === 'number' && result.reply >= 0 ? result.reply : undefined;
    });
  }

  async rewind({ stream, group, partition }: PartitionRef, after: string): Promise<void> {
    const keys = [
      this.keys.stream(stream, partition),
      this.keys.lease(stream, partition, group),
      this.keys.attempts(stream, partition, group),
      this.keys.given(stream, partition, group),
    ];
    await this.runner.one({ script: REWIND, keys, args: [group, after] });
  }

  async trim(lease: Lease, retentionMs: number): Promise<number> {
    const reply = await this.runner.one({
      script: TRIM,
      keys: this.fenced(lease),
      args: [...this.leases.proof(lease), retentionMs, lease.group],
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

  private async readPassing({ lease, of, after, count, maxBytes }: ReadRequest, passing: Passing): Promise<ReadResult> {
    const { stream, partition, group } = lease;
    const keys = [
      ...this.fenced(lease),
      this.keys.replaced(stream, partition, group),
      this.keys.given(stream, partition, group),
    ];
    const args = [...this.leases.proof(lease), group, count, maxBytes, of, after, ...passing.args];
    const [result] = (await this.runner.run([{ script: READ, keys, args }])) as [ScriptReply];
    if ('error' in result) return failureOf(result.error);
    if (result.reply === 'FENCED') return { status: 'fenced' };
    passing.done();
    const reply = result.reply as ReadReply;
    this.leases.saw(lease, Number(reply[0]));
    const entries = decodeEntries(reply);
    if (of === 'new') this.leases.outstandingOf(lease).gave(entries);
    return { status: 'read', entries, more: reply[1] === '1' };
  }

  /** A script that answers 'FENCED' or the lease's count of changes. */
  private async fencedOne(lease: Lease, call: ScriptCall, passing?: Passing): Promise<CommitResult> {
    return this.committed(lease, await this.runner.run([call]), passing);
  }

  private committed(lease: Lease, replies: readonly ScriptReply[], passing?: Passing): CommitResult {
    const [result] = replies as [ScriptReply];
    if ('error' in result) return failureOf(result.error);
    if (result.reply === 'FENCED') return { status: 'fenced' };
    passing?.done();
    this.leases.saw(lease, Number(result.reply));
    return { status: 'committed' };
  }

  private attempts(lease: Lease): string[] {
    return [this.keys.attempts(lease.stream, lease.partition, lease.group), this.leases.keyOf(lease)];
  }

  private fenced(lease: Lease): string[] {
    return [this.keys.stream(lease.stream, lease.partition), this.leases.keyOf(lease)];
  }
}

function decodeAttempts(stored: string): Pick<Attempts, 'over' | 'begun'> {
  return { over: Number.parseInt(stored, 10), begun: stored.endsWith('+') };
}
