import { type Finding, NoRedisError, type ObtainedRedis, type RedisWay } from './redis-source.js';

/** What the environment says about Redis. */
export interface RedisEnvironment {
  /** REDIS_TEST_URL: a server that is there already. */
  serverUrl?: string | undefined;
  /** REDIS_SERVER_BIN: a redis-server or valkey-server to run. */
  serverBinary?: string | undefined;
  /** REDIS_TEST_IMAGE: the image to run where a Docker engine answers. */
  image: string;
}

/** How to look down each way; the real ones are in `redisProbes`. */
export interface RedisProbes {
  server(url: string): Promise<Finding>;
  binary(file: string): Promise<Finding>;
  path(): Promise<Finding>;
  container(image: string): Promise<Finding>;
  packages(): Promise<Finding>;
}

/** `processes`: the caller kills, freezes or configures servers, so one that others use will not do. */
export type RedisNeed = 'address' | 'processes';

/**
 * Takes the first way that leads to a Redis: what the environment names, the machine's own redis-server or
 * valkey-server, a Docker engine, Debian's packages. What the environment names must work: it is not passed over.
 *
 * @throws NoRedisError when no way leads there.
 */
export async function chooseRedis(
  environment: RedisEnvironment,
  probes: RedisProbes,
  need: RedisNeed,
): Promise<ObtainedRedis> {
  const { serverUrl, serverBinary, image } = environment;
  if (serverUrl && need === 'address') return named('REDIS_TEST_URL', await probes.server(serverUrl));
  if (serverBinary) return named('REDIS_SERVER_BIN', await probes.binary(serverBinary));

  const ways: [RedisWay, () => Promise<Finding>][] = [
    ['PATH', () => probes.path()],
    ['Docker', () => probes.container(image)],
    ['Debian packages', () => probes.packages()],
  ];
  const passedOver: ObtainedRedis['passedOver'] = [];
  for (const [way, look] of ways) {
    const finding = await look();
    if ('source' in finding) return { source: finding.source, way, passedOver };
    passedOver.push({ way, reason: finding.absent });
  }
  throw new NoRedisError(
    [
      'No Redis could be obtained. Tried:',
      ...passedOver.map(({ way, reason }) => `- ${way}: ${reason}`),
      'Install redis-server 7.0 or newer (or valkey-server), start Docker, or set REDIS_SERVER_BIN to a program.',
    ].join('\n'),
  );
}

function named(way: RedisWay, finding: Finding): ObtainedRedis {
  if ('source' in finding) return { source: finding.source, way, passedOver: [] };
  throw new NoRedisError(`${way} is set, but ${finding.absent}`);
}
