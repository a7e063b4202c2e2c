import { obtainRedis } from '../obtain/obtain-redis.js';
import { ProcessLauncher } from './process-launcher.js';
import { type RedisLauncher } from './redis-launcher.js';

/**
 * The launcher for the Redis that this machine offers, for servers on the given ports of 127.0.0.1.
 *
 * @throws NoRedisError when there is none; PortTakenError when a port cannot be had.
 */
export async function openLauncher(ports: readonly number[]): Promise<RedisLauncher> {
  const { source } = await obtainRedis('processes');
  switch (source.kind) {
    case 'binary':
      return new ProcessLauncher(source.file, source.libraryPath);
    case 'container': {
      // Loaded only here: testcontainers costs about a second.
      const { ContainerLauncher } = await import('./container-launcher.js');
      return ContainerLauncher.open(source.image, ports);
    }
    case 'server':
      throw new Error('A server that others use cannot be started, killed or configured');
  }
}
