import { waitFor } from '@switchboard/testing';
import { RedisPodSet } from './redis-pod-set.js';

/** A set needs some seconds to know itself, a hand-over a few more. */
const LONG_MS = 120_000;

describe('the boot guard of a set that goes on', () => {
  let set: RedisPodSet;

  beforeAll(async () => {
    set = await RedisPodSet.running();
  }, LONG_MS);

  afterAll(async () => {
    await set?.close();
  });

  it(
    'hands over instead of serving when a killed master comes back at once',
    async () => {
      const old = await set.master();
      await old.redis?.kill('SIGKILL');
      await old.startRedis();
      await set.whole();
      expect(await old.role()).toBe('slave');
      expect(old.said(/a replica of it is alive: handing over/)).toBe(true);
      await set.holds(50);
    },
    LONG_MS,
  );

  it(
    'never lets a master that lost its data wipe the replicas',
    async () => {
      const old = await set.master();
      await old.redis?.kill('SIGKILL');
      await old.loseData();
      await old.startRedis();
      await set.whole();
      expect(await old.role()).toBe('slave');
      await set.holds(50);
    },
    LONG_MS,
  );

  it(
    'never lets a master that lost its disk, Sentinel and all, wipe the replicas',
    async () => {
      const old = await set.master();
      await old.kill();
      await old.loseDisk();
      await old.start();
      await set.whole();
      expect(await old.role()).toBe('slave');
      await set.holds(50);
    },
    LONG_MS,
  );

  it(
    'brings back the same data when all pods were killed, whatever the order they start in',
    async () => {
      const last = await set.failover();
      await set.whole();
      await Promise.all(set.pods.map((pod) => pod.kill()));
      for (const pod of [...set.others(last), last]) await pod.start();
      await set.whole();
      await set.holds(50);
    },
    LONG_MS,
  );
});

describe('the boot guard at the first start and after the worst', () => {
  let set: RedisPodSet;

  afterEach(async () => {
    await set?.close();
  });

  it(
    'makes ordinal 0 the master at the first start, and the others its replicas',
    async () => {
      set = await RedisPodSet.prepare();
      const [first, second, third] = set.pods;
      await third?.start();
      await second?.start();
      await first?.start();
      await set.whole();
      expect(await set.master()).toBe(first);
      expect(first?.said(/starting as master: first start/)).toBe(true);
      expect(second?.said(/starting as replica of/)).toBe(true);
    },
    LONG_MS,
  );

  it(
    'follows the sentinel.conf on its own disk when no Sentinel answers',
    async () => {
      set = await RedisPodSet.running();
      const master = await set.master();
      const [follower, absent] = set.others(master);
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await follower?.startRedis();
      await follower?.redis?.awaitLine(new RegExp(`starting as replica of ${master.address}$`));
      await master.startRedis();
      await master.redis?.awaitLine(/starting as master: named by the Sentinels, data on disk/);
      await absent?.startRedis();
      await set.holds(50);
    },
    LONG_MS,
  );

  it(
    'refuses to be an empty master on an empty disk while a peer has keys',
    async () => {
      set = await RedisPodSet.running();
      const master = await set.master();
      expect(master.place.ordinal).toBe(0);
      await Promise.all(set.pods.map((pod) => pod.sentinel?.kill('SIGKILL')));
      await master.redis?.kill('SIGKILL');
      await master.loseDisk();
      await master.startRedis();
      const exit = await master.redis?.exited;
      expect(exit?.code).toBe(1);
      expect(master.said(/refusing to start as an empty master: a peer has keys/)).toBe(true);
      for (const pod of set.others(master)) expect(await pod.keys()).toBe(50);
    },
    LONG_MS,
  );

  it(
    'refuses to follow an empty master when it has data itself, and leads once that one is restarted',
    async () => {
      set = await RedisPodSet.running();
      const master = await set.master();
      const [survivor] = set.others(master);
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await master.loseDisk();
      await master.start();
      await master.redis?.awaitLine(/starting as master: first start/);
      await survivor?.start();
      const exit = await survivor?.redis?.exited;
      expect(exit?.code).toBe(1);
      expect(survivor?.said(/refusing to follow .* it is empty and this node holds data/)).toBe(true);

      await master.redis?.kill('SIGTERM');
      await Promise.all(set.pods.map((pod) => (pod.sentinel?.hasExited ? pod.startSentinel() : undefined)));
      await Promise.all(set.others(master).map((pod) => pod.startRedis()));
      await waitFor(async () => (await survivor?.keys()) === 50, { timeoutMs: 20_000, describe: 'the data is there' });
      await master.startRedis();
      await set.whole();
      await set.holds(50);
    },
    LONG_MS,
  );

  it(
    'believes the newer epoch on its own disk over an older one of a peer',
    async () => {
      set = await RedisPodSet.running();
      const stale = await set.master();
      await stale.kill();
      const newest = await set.failover();
      const [other] = set.others(newest).filter((pod) => pod !== stale);
      await waitFor(async () => (await other?.named()) === newest.address, {
        describe: 'the other Sentinel knows, too',
      });
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await stale.start();
      await stale.redis?.awaitLine(/starting as master/);
      await other?.start();
      await other?.redis?.awaitLine(new RegExp(`starting as replica of ${newest.address}$`));
    },
    LONG_MS,
  );
});
