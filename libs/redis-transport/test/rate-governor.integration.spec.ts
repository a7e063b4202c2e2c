import { randomUUID } from 'node:crypto';
import { type PrivateRedis, type RedisCluster, startCluster, startRedis, waitFor } from '@switchboard/testing';
import {
  type RateGrant,
  type RateLimit,
  type RateRequest,
  RateGovernor,
  RedisConnections,
  type RateWait,
} from '../src/index.js';

const second = (calls: number): RateLimit => ({ calls, windowMs: 1_000 });
const breaker = { faults: 3, minOpenMs: 300, maxOpenMs: 1_000, minPauseMs: 400, maxPauseMs: 1_000 };

let redis: PrivateRedis;
let connections: RedisConnections;
let governor: RateGovernor;
let account: string;

beforeAll(async () => {
  redis = await startRedis();
  connections = new RedisConnections({ url: redis.url, keyPrefix: 'test:' }, 'rates');
  governor = new RateGovernor(connections, breaker);
});
beforeEach(() => {
  account = randomUUID();
});
afterAll(async () => {
  await connections?.close();
  await redis?.stop();
});

interface Ask {
  readonly ticket?: string;
  readonly sender?: RateLimit[];
  readonly pair?: RateLimit[];
  readonly guest?: string;
  readonly number?: string;
  readonly longestCallMs?: number;
}

function request(ask: Ask): RateRequest {
  const { ticket = randomUUID(), sender = [], pair = [], guest = randomUUID(), number = 'n1', longestCallMs } = ask;
  return {
    account,
    ticket,
    longestCallMs: longestCallMs ?? 5_000,
    scopes: {
      app: { name: 'app', limits: [] },
      pair: { name: `${number}:${guest}`, limits: pair },
      sender: { name: number, limits: sender },
    },
  };
}

const take = (ask: Ask = {}) => governor.take(request(ask));

async function granted(ask: Ask = {}): Promise<RateGrant> {
  const answer = await take(ask);
  if (!answer.admitted) throw new Error(`must wait ${answer.afterMs} ms`);
  return answer;
}

async function waits(ask: Ask = {}): Promise<RateWait> {
  const answer = await take(ask);
  if (answer.admitted) throw new Error('was admitted');
  return answer;
}

/** Makes calls that are over at once. */
async function calls(count: number, ask: Ask): Promise<void> {
  for (let n = 0; n < count; n += 1) await governor.settle(await granted(ask), { health: 'ok' });
}

/** Asks whenever told to, until admitted. */
async function eventually(ask: Ask): Promise<RateGrant> {
  const ticket = ask.ticket ?? randomUUID();
  const admitted = async (): Promise<RateGrant | undefined> => {
    const answer = await take({ ...ask, ticket });
    return answer.admitted ? answer : undefined;
  };
  return (await waitFor(admitted, { describe: 'leave to call', everyMs: 5 })) as RateGrant;
}

describe('a call beyond the limit', () => {
  it('gets a time at which it is admitted, and the same time when it asks early', async () => {
    await calls(2, { sender: [second(2)] });
    const first = await waits({ sender: [second(2)], ticket: 'a' });
    const again = await waits({ sender: [second(2)], ticket: 'a' });
    expect(first).toMatchObject({ first: true });
    expect(again).toMatchObject({ first: false });
    expect(first.afterMs).toBeGreaterThan(500);
    expect(first.afterMs).toBeLessThanOrEqual(1_200);
    expect(again.afterMs).toBeLessThanOrEqual(first.afterMs);
    const grant = await eventually({ sender: [second(2)], ticket: 'a' });
    expect(grant.waitedMs).toBeGreaterThanOrEqual(first.afterMs);
  });

  it('stands behind all that asked before, each in its own second', async () => {
    await calls(1, { sender: [second(1)] });
    const places: number[] = [];
    for (let n = 0; n < 4; n += 1) places.push((await waits({ sender: [second(1)] })).afterMs);
    const gaps = places.slice(1).map((place, n) => place - (places[n] as number));
    for (const gap of gaps) expect(gap).toBeGreaterThan(900);
  });

  it('of a guest that must wait takes no place from the guests that need not', async () => {
    const sender = [second(2)];
    const pair = [{ calls: 1, windowMs: 6_000 }];
    await calls(1, { sender, pair, guest: 'busy' });
    const held = await waits({ sender, pair, guest: 'busy' });
    expect(held.afterMs).toBeGreaterThan(5_000);
    await granted({ sender, pair, guest: 'other' });
    expect((await waits({ sender, pair, guest: 'third' })).afterMs).toBeLessThan(2_000);
  });

  it('of one number holds up no other number', async () => {
    await calls(1, { sender: [second(1)] });
    await waits({ sender: [second(1)] });
    await granted({ sender: [second(1)], number: 'n2' });
  });

  it('waits for all limits of its number', async () => {
    const sender = [second(10), { calls: 2, windowMs: 3_000 }];
    await calls(2, { sender });
    expect((await waits({ sender })).afterMs).toBeGreaterThan(2_000);
  });

  it('counts one under way as made just now, for as long as it may take', async () => {
    const sender = [{ calls: 1, windowMs: 100 }];
    const grant = await granted({ sender, longestCallMs: 60_000 });
    const asked = await waits({ sender, ticket: 'b' });
    const again = async () => (await take({ sender, ticket: 'b' })) as RateWait;
    // Its time comes, the call is still under way, and it is given another.
    await waitFor(async () => (await again()).afterMs > asked.afterMs / 2, {
      describe: 'another time',
      everyMs: asked.afterMs + 5,
    });
    await governor.settle(grant, { health: 'ok' });
    await eventually({ sender, ticket: 'b' });
  });
});

describe('a sender that crashed', () => {
  it('leaves its call counted until it must be over, and no longer', async () => {
    const sender = [{ calls: 1, windowMs: 200 }];
    const grant = await granted({ sender, longestCallMs: 300 });
    const next = await eventually({ sender });
    expect(next.admittedAtMs - grant.admittedAtMs).toBeGreaterThanOrEqual(500);
  });

  it('leaves no key behind that would stay', async () => {
    await calls(1, { sender: [second(1)], pair: [second(1)] });
    await waits({ sender: [second(1)] });
    const client = connections.open('command');
    const keys = await client.keys(`test:rate:{${account}}:*`);
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(0);
    expect(keys.join()).not.toContain('n1');
  });
});

describe('a provider that is asked too fast', () => {
  it('gets half of it, once for all calls that were under way together, and more again later', async () => {
    const sender = [second(8)];
    const grants = [await granted({ sender }), await granted({ sender }), await granted({ sender })];
    for (const grant of grants) await governor.settle(grant, { health: 'ok', slow: 'sender' });
    // Half of 8 are 4, of which 3 are spent.
    await granted({ sender });
    const held = await waits({ sender });
    expect(held.afterMs).toBeGreaterThan(500);
    const client = connections.open('command');
    const [state] = await client.keys(`test:rate:{${account}}:*:state`).then(async (keys) => {
      const shares = await Promise.all(keys.map((key) => client.hmget(key, 'share', 'since')));
      return shares.filter(([share]) => share !== null);
    });
    expect(Number(state?.[0])).toBeCloseTo(0.5, 1);
  });

  it('stretches the window of a limit of one call', async () => {
    const pair = [{ calls: 1, windowMs: 1_000 }];
    await governor.settle(await granted({ pair, guest: 'g' }), { health: 'ok', slow: 'pair' });
    expect((await waits({ pair, guest: 'g' })).afterMs).toBeGreaterThan(1_700);
  });

  it('is left alone for as long as it asks, in the scope it spoke of', async () => {
    await governor.settle(await granted({ guest: 'g' }), { health: 'ok', slow: 'pair', blockMs: 5_000 });
    expect((await waits({ guest: 'g' })).afterMs).toBeGreaterThan(4_500);
    await granted({ guest: 'h' });
    await governor.settle(await granted({ guest: 'i' }), { health: 'ok', blockMs: 700 });
    expect((await waits({ guest: 'j' })).afterMs).toBeGreaterThan(500);
    await granted({ number: 'n2' });
    await eventually({ guest: 'j' });
  });
});

describe('the circuit breaker of a sender', () => {
  const fault = async () => governor.settle(await granted(), { health: 'fault' });

  it('opens after faults in a row, lets one trial through, and closes when that succeeds', async () => {
    await fault();
    await fault();
    await calls(1, {});
    await fault();
    await fault();
    expect(await fault()).toEqual({ open: true, openedForMs: 300 });
    await waits();
    await granted({ number: 'n2' });

    const trial = await eventually({});
    expect(trial.trial).toBe(true);
    await waits();
    expect(await governor.settle(trial, { health: 'ok' })).toEqual({ open: false });
    expect((await granted()).trial).toBe(false);
  });

  it('stays open for twice the time after a trial that failed, and calls from before say nothing', async () => {
    const straggler = await granted();
    for (let n = 0; n < 3; n += 1) await fault();
    expect(await governor.settle(straggler, { health: 'ok' })).toEqual({ open: true });
    const trial = await eventually({});
    expect(await governor.settle(trial, { health: 'fault' })).toEqual({ open: true, openedForMs: 600 });
  });

  it('opens at once when the provider takes nothing from the sender', async () => {
    expect(await governor.settle(await granted(), { health: 'pause' })).toEqual({ open: true, openedForMs: 400 });
    await waits();
  });
});

describe('in a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  it('all keys of an account share a slot', async () => {
    const there = new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix: 'test:' }, 'rates');
    const inCluster = new RateGovernor(there);
    const grant = await inCluster.take(request({ sender: [second(1)], pair: [second(1)] }));
    expect(grant.admitted).toBe(true);
    if (grant.admitted) await inCluster.settle(grant, { health: 'ok' });
    expect(await inCluster.take(request({ sender: [second(1)] }))).toMatchObject({ admitted: false });
    await there.close();
  });
});
