import { access } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { obtainRedis } from '@switchboard/testing';

/** What the Redis pods' scripts call beside the shell. */
const needed = ['redis-server', 'redis-cli', 'redis-check-rdb'];

/**
 * The environment in which the pods' scripts find a Redis of this machine: PATH and, where it needs one, the library path.
 *
 * @throws Error when the Redis at hand is no set of programs, as with one in a container.
 */
export async function redisPrograms(): Promise<Record<string, string>> {
  const { source, way } = await obtainRedis('processes');
  const advice =
    'Install redis-server and redis-tools, or let REDIS_SERVER_BIN name a redis-server beside its redis-cli.';
  if (source.kind !== 'binary') {
    throw new Error(`The pods' scripts need Redis as programs, and the way taken was ${way}. ${advice}`);
  }
  const folder = dirname(source.file);
  for (const name of needed) {
    await access(join(folder, name)).catch(() => {
      throw new Error(`The pods' scripts need ${name} beside ${source.file}. ${advice}`);
    });
  }
  return {
    PATH: [folder, process.env['PATH'] ?? ''].join(delimiter),
    ...(source.libraryPath ? { LD_LIBRARY_PATH: source.libraryPath } : {}),
  };
}
