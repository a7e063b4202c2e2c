import { askRedis, obtainRedis, startCluster, startRedis, startSentinelSet } from '../src/index.js';
import { probeContainerEngine } from '../src/redis/obtain/container-engine.js';
import { redisEnvironment } from '../src/redis/obtain/obtain-redis.js';

// With nothing named and nothing on PATH, Docker comes first: what is left to find out is whether it is there.
delete process.env['REDIS_TEST_URL'];
delete process.env['REDIS_SERVER_BIN'];
process.env['PATH'] = '/nonexistent';

const { image } = redisEnvironment();
const finding = await probeContainerEngine(image);
const why = 'absent' in finding ? finding.absent : `image ${image}`;

describe('the way over Docker', () => {
  it(`is ${'source' in finding ? 'taken' : 'passed over'} here: ${why}`, async () => {
    const choice = await obtainRedis().catch((error: Error) => error.message);
    if ('source' in finding) expect(choice).toMatchObject({ way: 'Docker', source: { kind: 'container', image } });
    else expect(JSON.stringify(choice)).toContain(why);
  });
});

// Where no engine answers there is nothing to run; the promise above says so.
if ('source' in finding)
  describe('a Redis in a container', () => {
    it('keeps its data over SIGKILL and restart, and is silent while frozen', async () => {
      const redis = await startRedis({ appendonly: true });
      try {
        await askRedis(redis, ['SET', 'guest', 'v1']);
        await redis.kill('SIGKILL');
        await expect(askRedis(redis, ['PING'], 500)).rejects.toThrow();
        await redis.restart();
        expect(await askRedis(redis, ['GET', 'guest'])).toBe('v1');
        await redis.freeze();
        await expect(askRedis(redis, ['PING'], 200)).rejects.toThrow('did not answer within 200 ms');
        await redis.thaw();
        expect(await askRedis(redis, ['DEBUG', 'SLEEP', '0'])).toBe('OK');
      } finally {
        await redis.stop();
      }
      await expect(askRedis(redis, ['PING'])).rejects.toThrow('ECONNREFUSED');
    });

    it('fails over with its Sentinels when the master is killed', async () => {
      const set = await startSentinelSet();
      try {
        const old = await set.master();
        await askRedis(old, ['SET', 'guest', 'v1']);
        await askRedis(old, ['WAIT', 2, 2_000], 3_000);
        await old.kill('SIGKILL');
        const next = await set.awaitMaster((master) => master !== old);
        expect(await askRedis(next, ['GET', 'guest'])).toBe('v1');
      } finally {
        await set.stop();
      }
    }, 60_000);

    it('makes a cluster', async () => {
      const cluster = await startCluster();
      await cluster.stop();
    });
  });
