import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RedisPod } from './redis-pod.js';
import { RedisPodSet } from './redis-pod-set.js';

const run = promisify(execFile);
const scripts = join(import.meta.dirname, '..', '..', '..', 'k8s', 'components', 'backup');
const LONG_MS = 120_000;

describe('backups of Redis', () => {
  let set: RedisPodSet;
  let folder: string;

  beforeAll(async () => {
    set = await RedisPodSet.running(50);
    folder = await mkdtemp(join(tmpdir(), 'switchboard-backups-'));
  }, LONG_MS);

  afterAll(async () => {
    await set?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const backUp = (pod: RedisPod, env: Record<string, string> = {}) =>
    run('sh', [join(scripts, 'back-up.sh')], {
      env: {
        ...pod.env('redis'),
        BACKUP_DIR: folder,
        PASSWORD_FILE: join(pod.place.folder, 'passwords', 'backup'),
        ...env,
      },
    });

  it('are taken from a replica, by a user that can read nothing else', async () => {
    const master = await set.master();
    const { stdout } = await backUp(master);
    const replicas = set.others(master).map(({ address }) => address);
    expect(replicas).toContain(/ from (\S+): 50 keys/.exec(stdout)?.[1]);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^switchboard-\d{8}T\d{6}Z\.rdb$/)]);
    expect(await master.ask(['GET', 'sb:key-1'], 'backup')).toEqual([expect.stringContaining('NOPERM')]);
  });

  it('keep the newest and drop the oldest', async () => {
    for (const day of ['01', '02', '03']) await writeFile(join(folder, `switchboard-202001${day}T000000Z.rdb`), 'old');
    await backUp(await set.master(), { KEEP: '3' });
    const kept = (await readdir(folder)).sort();
    expect(kept).toHaveLength(3);
    expect(kept[0]).toBe('switchboard-20200103T000000Z.rdb');
  });

  it('fail when no replica is in step, and leave nothing half behind', async () => {
    const master = await set.master();
    const before = await readdir(folder);
    await expect(backUp(master, { NODES: master.address })).rejects.toThrow('no replica is in step');
    expect(await readdir(folder)).toEqual(before);
  });

  it(
    'come back: a restored node 0 starts as master with the data, and the others follow',
    async () => {
      const newest = (await readdir(folder)).sort().at(-1) as string;
      const fresh = await RedisPodSet.prepare();
      try {
        const [first] = fresh.pods as [RedisPod];
        await mkdir(first.dataFolder, { recursive: true });
        await run('sh', [join(scripts, 'restore.sh'), join(folder, newest), first.dataFolder], {
          env: first.env('redis'),
        });
        await Promise.all(fresh.pods.map((pod) => pod.start()));
        await fresh.whole();
        expect(await fresh.master()).toBe(first);
        await fresh.holds(50);
        expect(await first.ask(['SET', 'sb:written-after', '1'])).toEqual(['OK']);
        await first.redis?.kill('SIGKILL');
        await first.startRedis();
        await fresh.whole();
        await fresh.holds(51);
      } finally {
        await fresh.close();
      }
    },
    LONG_MS,
  );
});
