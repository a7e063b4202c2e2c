import { chooseRedis, type RedisEnvironment, type RedisNeed, type RedisProbes } from './choose-redis.js';
import { probeContainerEngine } from './container-engine.js';
import { probeDebianPackages } from './debian-packages.js';
import { probeServer } from './existing-server.js';
import { probeBinary, probePath } from './redis-binary.js';
import { type ObtainedRedis } from './redis-source.js';

/** Looks at the real machine. */
export const redisProbes: RedisProbes = {
  server: probeServer,
  binary: (file) => probeBinary(file),
  path: () => probePath(),
  container: probeContainerEngine,
  packages: () => probeDebianPackages(),
};

/** The variables that name a Redis. An empty one counts as absent. */
export function redisEnvironment(env: NodeJS.ProcessEnv = process.env): RedisEnvironment {
  return {
    serverUrl: env['REDIS_TEST_URL'] || undefined,
    serverBinary: env['REDIS_SERVER_BIN'] || undefined,
    image: env['REDIS_TEST_IMAGE'] || 'redis:7-alpine',
  };
}

const obtained = new Map<RedisNeed, Promise<ObtainedRedis>>();

/**
 * Finds or fetches a Redis, once per process: REDIS_TEST_URL (only for the need `address`), REDIS_SERVER_BIN,
 * redis-server or valkey-server on PATH, a Docker engine (image REDIS_TEST_IMAGE, default redis:7-alpine), Debian's
 * packages unpacked into the cache folder.
 *
 * @throws NoRedisError saying what was tried and what to do.
 */
export function obtainRedis(need: RedisNeed = 'processes'): Promise<ObtainedRedis> {
  let choice = obtained.get(need);
  if (!choice) obtained.set(need, (choice = chooseRedis(redisEnvironment(), redisProbes, need)));
  return choice;
}
