import { RedisConnections } from '@switchboard/redis-transport';
import { waitFor } from '@switchboard/testing';
import { type RedisPod } from './redis-pod.js';
import { RedisPodSet } from './redis-pod-set.js';
import { passwordOf } from './redis-users.js';
import { WriteLoad } from './write-load.js';

const LONG_MS = 120_000;

describe('the stop of a Redis pod', () => {
  let set: RedisPodSet;
  let connections: RedisConnections | undefined;

  beforeEach(async () => {
    set = await RedisPodSet.running(0);
  }, LONG_MS);

  afterEach(async () => {
    await connections?.close();
    await set?.close();
  });

  it(
    'hands a master over under load without losing one acknowledged message',
    async () => {
      connections = connectTo(set);
      const load = new WriteLoad(connections);
      const writing = load.run();
      await waitFor(() => load.acknowledged.size > 500, { timeoutMs: 20_000, describe: 'the load runs' });

      const old = await set.master();
      const { code, stderr } = await old.script('hand-over.sh');
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('handed over to') as string });
      await old.redis?.kill('SIGTERM');
      const before = load.acknowledged.size;
      await old.startRedis();
      await waitFor(() => load.acknowledged.size > before + 500, {
        timeoutMs: 30_000,
        describe: 'acknowledgements resume',
      });
      load.stop();
      await writing;
      await set.whole();

      const master = await set.master();
      expect(master).not.toBe(old);
      const stored = await idsIn(master);
      expect([...load.acknowledged].filter((id) => !stored.has(id))).toEqual([]);
    },
    LONG_MS,
  );

  it('lets a replica go at once', async () => {
    const [replica] = set.others(await set.master());
    const { code, stderr } = await (replica as RedisPod).script('hand-over.sh');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await (await set.master()).role()).toBe('master');
  });

  it('lets a master without replicas go, since nobody can take over', async () => {
    const master = await set.master();
    await Promise.all(set.others(master).map((pod) => pod.redis?.kill('SIGKILL')));
    const link = async () => (await master.ask(['INFO', 'replication'])).includes('connected_slaves:0\r');
    await waitFor(link, { describe: 'the master sees no replica' });
    const { code, stderr } = await master.script('hand-over.sh');
    expect(code).toBe(0);
    expect(stderr).toContain('there is no replica to hand over to');
  });
});

function connectTo({ pods }: RedisPodSet): RedisConnections {
  const sentinels = pods.map(({ address, place }) => ({ host: address, port: place.sentinelPort }));
  return new RedisConnections(
    {
      sentinels,
      masterName: 'mymaster',
      username: 'ingress',
      password: passwordOf('ingress'),
      sentinelUsername: 'app',
      sentinelPassword: passwordOf('sentinel-app'),
      keyPrefix: 'sb:',
    },
    'load',
  );
}

async function idsIn(pod: RedisPod): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const key of WriteLoad.keys) {
    const lines = await pod.ask(['XRANGE', key, '-', '+']);
    lines.forEach((line, i) => {
      if (line === 'i') ids.add(lines[i + 1] as string);
    });
  }
  return ids;
}
