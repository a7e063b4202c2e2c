import { Redis } from 'ioredis';
import { entryTimeMs } from '@switchboard/delivery';
import { Keys } from '@switchboard/redis-transport';
import { type RedisAddress } from '@switchboard/testing';
import { readRecord } from './actors/record.js';
import { DEAD, GROUP, SINK, STREAM } from './message.js';
import { type Evidence } from './verdict.js';

const PARTITIONS = 16;
const PAGE = 10_000;

/** Looks at what the run left behind, on a connection of its own straight to the master. */
export class Inspector {
  private readonly client: Redis;
  private readonly keys: Keys;

  constructor({ host, port }: RedisAddress, keyPrefix: string) {
    this.client = new Redis({ host, port });
    this.keys = new Keys(keyPrefix);
  }

  /** Messages that are not committed yet: pending or not delivered. */
  async open(): Promise<number> {
    const counts = await this.each(async (partition) => {
      const key = this.keys.stream(STREAM, partition);
      const [added, committed] = [
        await this.client.xlen(key),
        await this.client.xlen(this.keys.stream(SINK, partition)),
      ];
      return Math.max(0, added - committed);
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Entries that are not acknowledged and consumers of the group: what must return to its baseline. */
  async leftovers(): Promise<{ unfinished: number; consumers: number }> {
    const groups = await this.each((partition) => this.client.xinfo('GROUPS', this.keys.stream(STREAM, partition)));
    const of = (group: unknown, name: string): number => {
      const pairs = group as unknown[];
      return Number(pairs[pairs.indexOf(name) + 1]);
    };
    const mine = (groups as unknown[][]).flat().filter((group) => (group as unknown[]).includes(GROUP));
    return {
      unfinished: mine.reduce<number>((sum, group) => sum + of(group, 'pending') + of(group, 'lag'), 0),
      consumers: mine.reduce<number>((most, group) => Math.max(most, of(group, 'consumers')), 0),
    };
  }

  async evidence(producerRecords: readonly string[], consumerRecords: readonly string[]): Promise<Evidence> {
    const sink = await this.each((partition) => this.all(this.keys.stream(SINK, partition)));
    const dead = await this.each((partition) => this.client.xlen(this.keys.stream(DEAD, partition)));
    return {
      producers: producerRecords.flatMap(readRecord),
      consumers: consumerRecords.flatMap(readRecord),
      sink: sink.flat(),
      deadLetters: dead.reduce((sum, count) => sum + count, 0),
    };
  }

  close(): void {
    this.client.disconnect();
  }

  private async all(key: string): Promise<{ atMs: number; data: string }[]> {
    const lines: { atMs: number; data: string }[] = [];
    let from = '-';
    for (;;) {
      const page = await this.client.xrange(key, from, '+', 'COUNT', PAGE);
      for (const [id, fields] of page) lines.push({ atMs: entryTimeMs(id), data: fields[5] as string });
      if (page.length < PAGE) return lines;
      from = `(${page[page.length - 1]?.[0]}`;
    }
  }

  private each<T>(act: (partition: number) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => act(partition)));
  }
}
