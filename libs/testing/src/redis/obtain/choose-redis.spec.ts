import { chooseRedis, type RedisEnvironment, type RedisNeed, type RedisProbes } from './choose-redis.js';
import { type Finding, type RedisWay } from './redis-source.js';

const here: Record<RedisWay, Finding> = {
  REDIS_TEST_URL: { source: { kind: 'server', url: 'redis://db:6379' } },
  REDIS_SERVER_BIN: { source: { kind: 'binary', file: '/opt/redis-server' } },
  PATH: { source: { kind: 'binary', file: '/usr/bin/redis-server' } },
  Docker: { source: { kind: 'container', image: 'redis:7-alpine' } },
  'Debian packages': { source: { kind: 'binary', file: '/cache/redis-server', libraryPath: '/cache/lib' } },
};
const everywhere = Object.keys(here) as RedisWay[];

function machine(has: readonly RedisWay[]): { probes: RedisProbes; looked: RedisWay[] } {
  const looked: RedisWay[] = [];
  const look = (way: RedisWay) => (): Promise<Finding> => {
    looked.push(way);
    return Promise.resolve(has.includes(way) ? here[way] : { absent: `nothing at ${way}` });
  };
  const probes = {
    server: look('REDIS_TEST_URL'),
    binary: look('REDIS_SERVER_BIN'),
    path: look('PATH'),
    container: look('Docker'),
    packages: look('Debian packages'),
  };
  return { probes, looked };
}

const nothingNamed: RedisEnvironment = { image: 'redis:7-alpine' };
const bothNamed: RedisEnvironment = {
  ...nothingNamed,
  serverUrl: 'redis://:secret@db',
  serverBinary: '/opt/redis-server',
};

describe('the choice of a Redis', () => {
  it.each<[string, RedisEnvironment, RedisNeed, readonly RedisWay[], RedisWay]>([
    ['the named server when only an address is needed', bothNamed, 'address', everywhere, 'REDIS_TEST_URL'],
    ['the named program when servers are to be killed', bothNamed, 'processes', everywhere, 'REDIS_SERVER_BIN'],
    ["the machine's own server before Docker", nothingNamed, 'address', everywhere, 'PATH'],
    ['Docker before the packages', nothingNamed, 'processes', ['Docker', 'Debian packages'], 'Docker'],
    ['the packages last', nothingNamed, 'processes', ['Debian packages'], 'Debian packages'],
  ])('takes %s', async (_name, environment, need, has, way) => {
    const { probes } = machine(has);
    expect(await chooseRedis(environment, probes, need)).toMatchObject({
      way,
      source: (here[way] as { source: object }).source,
    });
  });

  it('looks no further than it has to, and tells what the ways before lacked', async () => {
    const { probes, looked } = machine(['Docker', 'Debian packages']);
    const { passedOver } = await chooseRedis(nothingNamed, probes, 'processes');
    expect(looked).toEqual(['PATH', 'Docker']);
    expect(passedOver).toEqual([{ way: 'PATH', reason: 'nothing at PATH' }]);
  });

  it.each<[RedisNeed, RedisWay]>([
    ['address', 'REDIS_TEST_URL'],
    ['processes', 'REDIS_SERVER_BIN'],
  ])('does not pass over what the environment names for the need of %s, nor repeats a password', async (need, way) => {
    const { probes } = machine(['PATH', 'Docker', 'Debian packages']);
    const choice = chooseRedis(bothNamed, probes, need);
    await expect(choice).rejects.toThrow(`${way} is set, but nothing at ${way}`);
    await expect(choice).rejects.not.toThrow('secret');
  });

  it('says what was tried and what to do when no way leads there', async () => {
    const { probes } = machine([]);
    const choice = chooseRedis(nothingNamed, probes, 'processes');
    for (const way of ['PATH', 'Docker', 'Debian packages']) {
      await expect(choice).rejects.toThrow(`- ${way}: nothing at ${way}`);
    }
    await expect(choice).rejects.toThrow(/Install redis-server 7\.0 or newer/);
  });
});
