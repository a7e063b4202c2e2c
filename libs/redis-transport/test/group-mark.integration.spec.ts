import {
  type Lease,
  type ReadRequest,
  type StoredEntry,
  type StreamStore,
  type TurnCommit,
} from '@switchboard/delivery';
import { Gate, Scene, type StoreHarness, until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { COMMIT, PARK } from '../src/scripts/commit.lua.js';
import { READ } from '../src/scripts/read.lua.js';
import { LossyWire } from './lossy-wire.js';
import { redisHarness } from './redis-store.harness.js';

describe("a group's mark", () => {
  let redis: PrivateRedis;
  let harness: StoreHarness;
  let scene: Scene;
  const wires: LossyWire[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    harness = redisHarness(() => ({ url: redis.url }));
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    scene = new Scene(harness);
    scene.partitions = 1;
  });
  afterEach(async () => {
    await scene.end();
    await Promise.all(wires.splice(0).map((wire) => wire.close()));
  });

  const key = (): string => `test:${scene.stream}:{p0}`;
  const pendingInRedis = async (): Promise<number> =>
    ((await askRedis(redis, ['XPENDING', key(), scene.group])) as [number])[0];
  const group = async (): Promise<Record<string, unknown>> => {
    const [fields] = (await askRedis(redis, ['XINFO', 'GROUPS', key()])) as unknown[][];
    const names = (fields ?? []).filter((_, i) => i % 2 === 0) as string[];
    return Object.fromEntries(names.map((name, i) => [name, fields?.[i * 2 + 1]]));
  };
  const caughtUp = (entries: number) =>
    until('the group is at the end', async () => {
      const { pending, lag, ...rest } = await group();
      return pending === 0 && lag === 0 && rest['entries-read'] === entries;
    });
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);
  const lossy = async (): Promise<LossyWire> => {
    const wire = new LossyWire({ url: redis.url, keyPrefix: 'test:' }, 1);
    wires.push(wire);
    await until('connected', () => wire.store.ping().then(() => true));
    return wire;
  };
  const acquire = async (store: StreamStore, member = 'by-hand'): Promise<Lease> => {
    const lease = await store.acquire({ stream: scene.stream, group: scene.group, partition: 0 }, member, 60_000);
    if (!lease) throw new Error('the partition is held');
    return lease;
  };
  const read = async (
    store: StreamStore,
    { lease, of = 'new', after = lease.lastDelivered, count = 100 }: Partial<ReadRequest> & { lease: Lease },
  ): Promise<StoredEntry[]> => {
    const result = await store.read({ lease, of, after, count, maxBytes: 1 << 20 });
    if (result.status !== 'read') throw new Error(`not read: ${result.status}`);
    return [...result.entries];
  };
  /** Takes the partition by hand and is handed out what there is. */
  const take = async (): Promise<{ lease: Lease; wire: LossyWire; store: StreamStore; all: StoredEntry[] }> => {
    const wire = await lossy();
    const { store } = wire;
    const lease = await acquire(store);
    return { lease, wire, store, all: await read(store, { lease }) };
  };
  const out = (): string => `${scene.stream}-out`;
  /** Each with an output of its own, which tells whether it was ended, and how often. */
  const ending = (...entries: (StoredEntry | undefined)[]): TurnCommit[] =>
    entries.map((entry) => ({
      key: entry?.key ?? '',
      entryIds: [entry?.entryId ?? ''],
      effects: [{ kind: 'message', stream: out(), id: entry?.id ?? '', data: entry?.id ?? '' }],
      forgetAttempts: false,
    }));
  const plain = (...entries: (StoredEntry | undefined)[]): TurnCommit[] =>
    ending(...entries).map((turn) => ({ ...turn, effects: [] }));
  const expectOpen = async (pending: number, lag: number, entriesRead: number) =>
    expect(await group()).toMatchObject({ pending, lag, 'entries-read': entriesRead });

  it('passes what ends in its order, which never becomes pending, and Redis knows the lag', async () => {
    const gate = new Gate();
    await scene.consume('a', {}, () => gate.opened);
    await scene.publish('c', ['m1', 'm2']);
    await until('the handler runs', () => scene.deliveries.length === 1);
    expect(await pendingInRedis()).toBe(0);
    expect(await harness.pending(scene.stream, scene.group)).toBe(2);
    expect(await group()).toMatchObject({ lag: 2, pending: 0 });
    gate.release();
    await caughtUp(2);
  });

  it('makes pending what it passes before its end, and a killed owner hands over exactly that', async () => {
    const gate = new Gate();
    const first = await scene.store();
    const lasting = await scene.consume(
      'a',
      { leaseTtlMs: 200 },
      ({ key }) => (key === 'slow' ? gate.opened : undefined),
      first,
    );
    await scene.publish('slow', ['s1']);
    await scene.publish('quick', ['q1', 'q2']);
    await until('the quick ones are passed', async () => (await group())['entries-read'] === 3);
    expect(await pendingInRedis()).toBe(1);
    first.freeze();
    await scene.consume('heir', { leaseTtlMs: 200 });
    await until('the heir ends it', async () => (await pendingInRedis()) === 0 && (await group())['lag'] === 0);
    expect(scene.deliveries.map(({ ids }) => ids.join()).sort()).toEqual(['q1', 'q2', 's1', 's1']);
    gate.release();
    first.thaw();
    await lasting.stop();
  });

  it('is moved once when the reply of a call is lost and the next call ends more', async () => {
    await scene.publish('c', numbered(5));
    const { lease, wire, store, all } = await take();
    wire.loseReplyOf(COMMIT);
    expect((await store.commit({ lease, turns: ending(all[0], all[2]) })).status).toBe('failed');
    await expectOpen(1, 2, 3);
    const next = await store.commit({ lease, turns: ending(all[0], all[1], all[2], all[3]) });
    expect(next.status).toBe('committed');
    await expectOpen(0, 1, 4);
    expect((await store.commit({ lease, turns: ending(all[4]) })).status).toBe('committed');
    await expectOpen(0, 0, 5);
    expect(await harness.lines(out())).toEqual(['m0', 'm2', 'm1', 'm3', 'm4']);
  });

  it('never takes back an end: what a lost call left open and a later one ended stays ended', async () => {
    await scene.publish('c', numbered(4));
    const { lease, wire, store, all } = await take();
    wire.loseReplyOf(COMMIT);
    wire.loseReplyOf(COMMIT);
    await store.commit({ lease, turns: ending(all[1]) });
    await store.commit({ lease, turns: ending(all[1], all[0], all[3]) });
    await expectOpen(1, 0, 4);
    await store.commit({ lease, turns: ending(all[1], all[0], all[3]) });
    await expectOpen(1, 0, 4);
    await store.commit({ lease, turns: ending(all[2]) });
    await expectOpen(0, 0, 4);
    expect(await harness.lines(out())).toEqual(['m1', 'm0', 'm3', 'm2']);
  });

  it('is where its owner believes before anything is ended without being named', async () => {
    await scene.publish('c', numbered(4));
    const { lease, wire, store, all } = await take();
    wire.loseReplyOf(PARK);
    const [first] = all;
    const parking = { key: 'c', entryId: all[1]?.entryId ?? '', token: 'once' };
    expect((await store.park(lease, parking, [])).status).toBe('failed');
    await expectOpen(2, 2, 2);
    expect((await store.commit({ lease, turns: plain(first, all[1], all[2]) })).status).toBe('committed');
    await expectOpen(0, 1, 3);
  });

  it('is not moved over what it passed by a call that a failover forgot', async () => {
    await scene.publish('c', numbered(2_100));
    const store = (await lossy()).store;
    const lease = await acquire(store);
    const all: StoredEntry[] = [];
    for (let after = lease.lastDelivered; all.length < 2_100; after = all[all.length - 1]?.entryId ?? '') {
      all.push(...(await read(store, { lease, after, count: 700 })));
    }
    const goBack = await harness.remember?.(scene.stream);
    // Nothing new comes, but the older half is passed.
    await read(store, { lease, after: all[2_099]?.entryId ?? '' });
    expect(await pendingInRedis()).toBe(1_024);
    await goBack?.();
    expect((await store.commit({ lease, turns: ending(all[1_500]) })).status).toBe('fenced');
    const again = await acquire(store);
    expect(await read(store, { lease: again, of: 'pending', after: '0-0', count: 3_000 })).toHaveLength(2_100);
    expect(await harness.lines(out())).toEqual([]);
  });

  it('does not take an entry that was deleted in work for one that was ended', async () => {
    await scene.publish('c', numbered(2));
    const { lease, store, all } = await take();
    await askRedis(redis, ['XDEL', key(), all[0]?.entryId ?? '']);
    await store.commit({ lease, turns: ending(all[1]) });
    await store.commit({ lease, turns: ending(all[0]) });
    expect(await harness.lines(out())).toEqual(['m1', 'm0']);
    await store.commit({ lease, turns: ending(all[0]) });
    expect(await harness.lines(out())).toEqual(['m1', 'm0']);
  });

  it('leaves exactly what was handed out pending for the next owner', async () => {
    await scene.publish('c', numbered(30));
    const { store } = await lossy();
    const lease = await acquire(store);
    expect(await read(store, { lease, count: 1 })).toHaveLength(1);
    const next = await acquire(store);
    await expectOpen(1, 29, 1);
    expect(await read(store, { lease: next, of: 'pending', after: '0-0' })).toHaveLength(1);
    expect(await read(store, { lease: next })).toHaveLength(29);
  });

  it('is not held back by a read that comes late', async () => {
    await scene.publish('c', numbered(60));
    const wire = await lossy();
    const { store } = wire;
    const lease = await acquire(store);
    wire.holdBack(READ);
    await expect(read(store, { lease, count: 2 })).rejects.toThrow('failed');
    expect(await read(store, { lease })).toHaveLength(60);
    await wire.arrive();
    await acquire(store);
    await expectOpen(60, 0, 60);
  });

  it('begins anew with a group that was destroyed, whatever an owner was handed out before', async () => {
    await scene.publish('c', numbered(40));
    const { store, lease, all } = await take();
    await askRedis(redis, ['XGROUP', 'DESTROY', key(), scene.group]);
    expect((await store.commit({ lease, turns: ending(all[0]) })).status).toBe('fenced');
    const parking = { key: 'c', entryId: all[0]?.entryId ?? '', token: 'once' };
    expect((await store.park(lease, parking, ending(all[0])[0]?.effects ?? [])).status).toBe('fenced');
    expect(await harness.lines(out())).toEqual([]);
    await acquire(store);
    expect(await group()).toMatchObject({ pending: 0, lag: 40 });
  });

  it('passes the oldest of very many that are handed out and not ended, and nothing is lost by it', async () => {
    const gate = new Gate();
    const ids = numbered(5_000);
    await scene.consume(
      'a',
      { batch: { quietMs: 0, maxWaitMs: 1_000, maxMessages: 500, maxBytes: 1 << 20 } },
      () => gate.opened,
    );
    const publisher = await scene.publisher();
    await Promise.all(
      ids.map((id, i) => publisher.publish({ stream: scene.stream, key: `c${i % 100}`, id, data: id })),
    );
    await until('many are handed out', async () => (await pendingInRedis()) >= 1_024);
    gate.release();
    await caughtUp(ids.length);
    expect(scene.deliveries.flatMap((delivery) => delivery.ids)).toHaveLength(ids.length);
  });

  it('stays behind what a former owner had in work, also for a replay from later on', async () => {
    await scene.publish('c', numbered(3));
    const { lease, store, all } = await take();
    expect(await pendingInRedis()).toBe(0);
    await store.rewind(lease, all[1]?.entryId ?? '');
    expect(await pendingInRedis()).toBe(2);
    await scene.consume('heir');
    await until('all are delivered', () => scene.messagesDelivered === 3);
    await until('nothing is open', async () => (await harness.pending(scene.stream, scene.group)) === 0);
    expect(scene.deliveries.flatMap(({ ids }) => ids)).toEqual(['m0', 'm1', 'm2']);
  });

  it('learns what it has read when entries were deleted, before or after they were handed out', async () => {
    await scene.publish('c', numbered(4));
    const { store } = await lossy();
    const [, second] = (await askRedis(redis, ['XRANGE', key(), '-', '+'])) as [string, unknown][];
    await askRedis(redis, ['XDEL', key(), second?.[0] ?? '']);
    const lease = await acquire(store);
    const all = await read(store, { lease });
    expect(all.map(({ id }) => id)).toEqual(['m0', 'm2', 'm3']);
    await askRedis(redis, ['XDEL', key(), all[1]?.entryId ?? '']);
    await store.commit({ lease, turns: plain(all[0], all[2]) });
    await store.trim(lease, 3_600_000);
    await expectOpen(0, 0, 4);
    await scene.publish('c', ['late']);
    await expectOpen(0, 1, 4);
  });

  it('moves on while the memory is full', async () => {
    await scene.publish('c', numbered(3));
    const { lease, store, all } = await take();
    await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
    try {
      expect((await store.commit({ lease, turns: ending(all[0]) })).status).toBe('failed');
      expect((await store.commit({ lease, turns: plain(all[0]) })).status).toBe('committed');
      expect((await store.commit({ lease, turns: plain(all[0]) })).status).toBe('committed');
      expect((await store.commit({ lease, turns: plain(all[2]) })).status).toBe('committed');
      expect(await read(store, { lease, of: 'pending', after: '0-0' })).toHaveLength(1);
    } finally {
      await askRedis(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
    }
  });
});
