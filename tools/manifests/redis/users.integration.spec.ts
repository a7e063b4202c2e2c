import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@switchboard/testing';
import { type RedisPod } from './redis-pod.js';
import { RedisPodSet } from './redis-pod-set.js';
import { redisUsers } from './redis-users.js';

const LONG_MS = 120_000;

describe('the users of the Redis pods', () => {
  let set: RedisPodSet;
  let master: RedisPod;

  beforeAll(async () => {
    set = await RedisPodSet.running(1);
    master = await set.master();
  }, LONG_MS);

  afterAll(async () => {
    await set?.close();
  });

  it('are enough for replication, Sentinel, the scripts and the probes', async () => {
    for (const pod of set.pods) {
      expect(await pod.ask(['ACL', 'LOG'])).toEqual(['']);
      expect(await pod.askSentinel(['ACL', 'LOG'])).toEqual(['']);
    }
  });

  it('let nobody in without a password', async () => {
    expect(await master.cli('default', '', ['PING'])).toEqual([expect.stringMatching(/WRONGPASS|NOAUTH/)]);
  });

  it('keep services from administration and from the keys of others', async () => {
    for (const command of [['FLUSHALL'], ['CONFIG', 'GET', '*'], ['KEYS', '*'], ['ACL', 'LIST'], ['SHUTDOWN']]) {
      expect(await master.ask(command, 'ingress')).toEqual([expect.stringContaining('NOPERM')]);
    }
    expect(await master.ask(['GET', 'other:key'], 'ingress')).toEqual([expect.stringContaining('NOPERM')]);
    expect(await master.ask(['PUBLISH', '__sentinel__:hello', 'x'], 'ingress')).toEqual([
      expect.stringContaining('NOPERM'),
    ]);
    expect(await master.ask(['XADD', 'sb:feed:demo:{p0}', '*', 'd', '{}'], 'dashboard-broadcaster')).toEqual([
      expect.stringContaining('NOPERM'),
    ]);
    expect(await master.ask(['XRANGE', 'sb:feed:demo:{p0}', '-', '+'], 'dashboard-broadcaster')).toEqual(['']);
  });

  it('change their passwords without a restart: both are good until the old one is taken away', async () => {
    const file = join(master.place.folder, 'passwords', 'ingress');
    const old = (await readFile(file, 'utf8')).trim();
    const ping = (password: string) => master.cli('ingress', password, ['PING']);

    await writeFile(file, `${old}\nnew-password\n`);
    for (const pod of set.pods) expect((await pod.script('reload-users.sh', ['redis'])).code).toBe(0);
    expect(await ping(old)).toEqual(['PONG']);
    expect(await ping('new-password')).toEqual(['PONG']);

    await writeFile(file, 'new-password\n');
    for (const pod of set.pods) expect((await pod.script('reload-users.sh', ['redis'])).code).toBe(0);
    expect(await ping('new-password')).toEqual(['PONG']);
    expect(await ping(old)).toEqual([expect.stringMatching(/WRONGPASS|NOAUTH/)]);
  });

  it(
    "change Sentinel's own passwords without a restart, and a failover still works",
    async () => {
      const change = async (lines: (name: string) => string) => {
        for (const name of ['sentinel', 'sentinel-peer', 'replica', 'guard', 'sentinel-guard']) {
          await writeFile(join(master.place.folder, 'passwords', name), lines(name));
        }
        for (const pod of set.pods) {
          expect((await pod.script('reload-users.sh', ['redis'])).code).toBe(0);
          expect((await pod.script('reload-users.sh', ['sentinel'], 'sentinel')).code).toBe(0);
          await set.whole();
        }
      };
      await change((name) => `pw-${name}\nnew-${name}\n`);
      await change((name) => `new-${name}\npw-${name}\n`);
      await change((name) => `new-${name}\n`);
      const old = await set.master();
      expect(await set.failover()).not.toBe(old);
      await set.whole();
    },
    LONG_MS,
  );

  it('stop the start when a password is missing', async () => {
    const pod = set.pods[0] as RedisPod;
    const name = redisUsers[3];
    await writeFile(join(pod.place.folder, 'passwords', name), '');
    const { code, stderr } = await pod.script('write-users.sh', ['redis']);
    expect(code).toBe(1);
    expect(stderr).toContain(`the secret file ${name} is missing or empty`);
    await waitFor(() => pod.role(), { describe: 'the running server is left alone' });
  });
});
