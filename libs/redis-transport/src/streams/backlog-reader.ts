import { compareEntryIds, entryTimeMs } from '@switchboard/delivery';
import { type Redis } from 'ioredis';
import { type RedisConnections } from '../connections/redis-connections.js';
import { IN_WORK } from '../scripts/passing.lua.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { fieldOf } from './entry-decoder.js';
import { Keys } from './keys.js';

/** What a group has not finished of a stream, over all partitions. */
export interface GroupBacklog {
  readonly group: string;
  /** Handed out and not acknowledged: pending in Redis, or after the group's mark (see `../scripts/passing.lua.ts`). */
  readonly pending: number;
  /** Not handed out yet. */
  readonly lag: number;
  /** Since the append of the oldest message that is not acknowledged, delivered or not; 0 when there is none. */
  readonly oldestAgeMs: number;
}

/** A group's part in one partition; `oldest` is an entry id. */
interface Part {
  readonly group: string;
  readonly pending: number;
  readonly lag: number;
  readonly oldest?: string | undefined;
}

/** One partition that exists, as far as its groups need it. */
interface Contents {
  readonly key: string;
  readonly length: number;
  readonly first?: string | undefined;
}

type Row = readonly [id: string, fields: string[]];

/** Where Redis itself cannot tell a lag (entries were deleted), at most this many entries are counted per partition. */
const MOST_COUNTED = 10_000;

/** Reads how far the groups of a stream are behind. */
export class BacklogReader {
  private readonly command: Redis;
  private readonly runner: ScriptRunner;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    private readonly partitions: number,
  ) {
    this.command = connections.open('command');
    this.runner = new ScriptRunner(this.command, connections.clustered);
    this.keys = new Keys(connections.keyPrefix);
  }

  async read(stream: string): Promise<GroupBacklog[]> {
    const indexes = Array.from({ length: this.partitions }, (_, partition) => partition);
    const partitions = await Promise.all(indexes.map((partition) => this.ofPartition(stream, partition)));
    const [seconds, micros] = (await this.command.time()) as unknown as [string, string];
    const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    const groups = new Set(partitions.flatMap(({ parts }) => parts.map(({ group }) => group)));
    return [...groups].map((group) => sumOf(group, partitions.map(partOf(group)), nowMs));
  }

  private async ofPartition(
    stream: string,
    partition: number,
  ): Promise<{ contents: Contents; parts: readonly Part[] }> {
    const key = this.keys.stream(stream, partition);
    const contents = await this.contentsOf(key);
    if ((await this.command.exists(key)) === 0) return { contents, parts: [] };
    const groups = (await this.command.xinfo('GROUPS', key)) as string[][];
    const given = (fields: readonly string[]): string =>
      this.keys.given(stream, partition, fieldOf(fields, 'name') ?? '');
    return {
      contents,
      parts: await Promise.all(groups.map((fields) => this.ofGroup(contents, fields, given(fields)))),
    };
  }

  private async contentsOf(key: string): Promise<Contents> {
    const [length, rows] = await Promise.all([
      this.command.xlen(key),
      this.command.xrange(key, '-', '+', 'COUNT', 1) as Promise<Row[]>,
    ]);
    return { key, length, first: rows[0]?.[0] };
  }

  private async ofGroup(contents: Contents, fields: readonly string[], given: string): Promise<Part> {
    const group = fieldOf(fields, 'name') ?? '';
    const after = fieldOf(fields, 'last-delivered-id') ?? '0-0';
    const [[pending, oldestPending], [waiting], inWork] = await Promise.all([
      this.command.xpending(contents.key, group) as Promise<[number, string | null]>,
      this.command.xrange(contents.key, `(${after}`, '+', 'COUNT', 1) as Promise<Row[]>,
      this.runner.one({ script: IN_WORK, keys: [contents.key, given], args: [after] }) as Promise<number>,
    ]);
    const told = fieldOf(fields, 'lag') as unknown as number | null;
    const behind = waiting === undefined ? 0 : await this.lagOf(contents, after, told);
    const lag = Math.max(0, behind - inWork);
    return { group, pending: pending + inWork, lag, oldest: older(oldestPending ?? undefined, waiting?.[0]) };
  }

  /**
   * Redis tells no lag once entries behind the group were deleted or the group was moved, and up to 7.2 a wrong one once
   * such entries were trimmed. @see https://redis.io/docs/latest/commands/xinfo-groups/
   */
  private async lagOf({ key, length, first }: Contents, after: string, told: number | null): Promise<number> {
    if (first !== undefined && compareEntryIds(after, first) < 0) return length;
    if (told !== null && told > 0 && told <= length) return told;
    return (await this.command.xrange(key, `(${after}`, '+', 'COUNT', MOST_COUNTED)).length;
  }
}

/** A group begins at a stream's start: where it does not exist yet, all of the partition waits for it. */
function partOf(group: string) {
  return ({ contents, parts }: { contents: Contents; parts: readonly Part[] }): Part =>
    parts.find((part) => part.group === group) ?? {
      group,
      pending: 0,
      lag: contents.length,
      oldest: contents.first,
    };
}

function sumOf(group: string, parts: readonly Part[], nowMs: number): GroupBacklog {
  const oldest = parts.map((part) => part.oldest).reduce(older, undefined);
  return {
    group,
    pending: parts.reduce((sum, { pending }) => sum + pending, 0),
    lag: parts.reduce((sum, { lag }) => sum + lag, 0),
    oldestAgeMs: oldest === undefined ? 0 : Math.max(0, nowMs - entryTimeMs(oldest)),
  };
}

/** By time alone: ids of several partitions are compared. */
function older(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return entryTimeMs(a) <= entryTimeMs(b) ? a : b;
}
