import { askRedis, infoOf, type PrivateRedis, startRedis, waitFor } from '../src/index.js';

const started: PrivateRedis[] = [];
const start = async (...options: Parameters<typeof startRedis>): Promise<PrivateRedis> => {
  const redis = await startRedis(...options);
  started.push(redis);
  return redis;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
});

describe('a private Redis', () => {
  it('answers on its own port as soon as it is started, and is gone after stop', async () => {
    const redis = await start();
    expect(await askRedis(redis, ['PING'])).toBe('PONG');
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    await redis.stop();
    await expect(askRedis(redis, ['PING'])).rejects.toThrow('ECONNREFUSED');
  });

  it('starts many times at once without two sharing a port', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => start()));
    expect(new Set(all.map(({ port }) => port)).size).toBe(6);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(6);
  });

  it('keeps its data over SIGKILL and restart with an append-only file, on the same port', async () => {
    const redis = await start({ appendonly: true });
    const { port, pid } = redis;
    await askRedis(redis, ['SET', 'guest', 'v1']);
    await redis.kill('SIGKILL');
    expect(redis.isRunning).toBe(false);
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    expect(await askRedis(redis, ['GET', 'guest'])).toBe('v1');
  });

  it('comes back empty when it is wiped', async () => {
    const redis = await start({ appendonly: true });
    await askRedis(redis, ['SET', 'guest', 'v1']);
    await redis.restart({ wipe: true });
    expect(await askRedis(redis, ['GET', 'guest'])).toBeNull();
  });

  it('is silent while frozen, with its port still open, and goes on when thawed', async () => {
    const redis = await start();
    await redis.freeze();
    await expect(askRedis(redis, ['PING'], 200)).rejects.toThrow('did not answer within 200 ms');
    await redis.thaw();
    expect(await askRedis(redis, ['PING'])).toBe('PONG');
  });

  it('takes a password and further configuration, and allows DEBUG', async () => {
    const redis = await start({ password: 'p"w d', config: ['maxmemory 32mb'] });
    expect((await infoOf(redis, 'memory')).get('maxmemory')).toBe(String(32 * 1024 * 1024));
    expect(await askRedis(redis, ['DEBUG', 'SLEEP', '0'])).toBe('OK');
    await expect(askRedis({ host: redis.host, port: redis.port }, ['GET', 'x'])).rejects.toThrow('NOAUTH');
    expect(new URL(redis.url).password).toBe(encodeURIComponent('p"w d'));
  });

  it('refuses a wanted port that is taken, and says so', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(`Port ${port} is taken`);
  });

  it('says what Redis said when its configuration is wrong', async () => {
    await expect(start({ config: ['no-such-setting yes'] })).rejects.toThrow(/Bad directive|no-such-setting/);
  });

  it('leaves a folder of the caller in place, with the data in it', async () => {
    const first = await start({ appendonly: true });
    const other = await start({ appendonly: true, dir: `${first.dir}/kept` });
    await askRedis(other, ['SET', 'guest', 'v2']);
    await other.stop();
    const again = await start({ appendonly: true, dir: other.dir });
    await waitFor(async () => (await askRedis(again, ['GET', 'guest'])) === 'v2', {
      describe: 'the kept data is there',
    });
  });
});
