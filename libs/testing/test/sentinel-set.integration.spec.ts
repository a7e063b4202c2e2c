import { askRedis, infoOf, type SentinelSet, startSentinelSet, waitFor } from '../src/index.js';

let set: SentinelSet;

beforeAll(async () => {
  set = await startSentinelSet();
});

afterAll(async () => {
  await set.stop();
});

// The tests follow each other on one set, as faults do in life: each begins when all are of one mind again.
beforeEach(() => set.awaitSettled(), 30_000);

describe('a set of three Redis and three Sentinels', () => {
  it('starts with the first node as master, two replicas in sync and a quorum', async () => {
    expect(await set.master()).toBe(set.nodes[0]);
    const info = await infoOf(await set.master(), 'replication');
    expect(info.get('connected_slaves')).toBe('2');
    expect(set.sentinels).toHaveLength(3);
    for (const sentinel of set.sentinelNodes) {
      expect(await askRedis(sentinel, ['SENTINEL', 'CKQUORUM', set.masterName])).toContain('OK 3 usable Sentinels');
    }
  });

  it('replicates what the master is given', async () => {
    await askRedis(await set.master(), ['SET', 'guest', 'v1']);
    for (const replica of await set.replicas()) {
      await waitFor(async () => (await askRedis(replica, ['GET', 'guest'])) === 'v1', {
        describe: 'the replica has it',
      });
    }
  });

  it('changes its master on a planned failover, and the old one follows', async () => {
    const old = await set.master();
    const next = await set.failover();
    expect(next).not.toBe(old);
    expect(await askRedis(next, ['GET', 'guest'])).toBe('v1');
    await waitFor(async () => (await infoOf(old, 'replication')).get('role') === 'slave', {
      timeoutMs: 15_000,
      describe: 'the old master follows',
    });
  }, 40_000);

  it('changes its master when the master is killed, and takes the old one back as a replica', async () => {
    const old = await set.master();
    await old.kill('SIGKILL');
    const next = await set.awaitMaster((master) => master !== old);
    expect(await askRedis(next, ['GET', 'guest'])).toBe('v1');
    await old.restart();
    await waitFor(async () => (await infoOf(old, 'replication')).get('role') === 'slave', {
      timeoutMs: 15_000,
      describe: 'the old master is taken back as a replica',
    });
  }, 40_000);

  it('changes its master when the master is frozen, also with one Sentinel frozen', async () => {
    const old = await set.master();
    const [sentinel] = set.sentinelNodes;
    await Promise.all([old.freeze(), sentinel?.freeze()]);
    const next = await set.awaitMaster((master) => master !== old);
    expect(next).not.toBe(old);
    await Promise.all([old.thaw(), sentinel?.thaw()]);
  }, 40_000);
});

describe('a set with a password', () => {
  it('replicates and is watched with it', async () => {
    const locked = await startSentinelSet({ replicas: 1, password: 'p w"d' });
    try {
      await askRedis(await locked.master(), ['SET', 'a', '1']);
      const { host, port } = await locked.master();
      await expect(askRedis({ host, port }, ['GET', 'a'])).rejects.toThrow('NOAUTH');
    } finally {
      await locked.stop();
    }
  });
});
