import { resolve } from 'node:path';
import { onFreePorts } from '../net/free-ports.js';
import { openLauncher } from './launch/open-launcher.js';
import { type RedisLauncher } from './launch/redis-launcher.js';
import { RedisNode } from './redis-node.js';
import { makeTempFolder, removeTempFolder } from './temp-folder.js';

/** How a private Redis is to be. */
export interface RedisOptions {
  /** Port of 127.0.0.1; a free one by default. */
  port?: number;
  /** Folder of its data, kept after `stop`; a temporary one by default. */
  dir?: string;
  /**
   * Whether an append-only file keeps the data over a restart; not by default. No snapshots are made. With `always` it is on
   * the disk before the answer; else a kill on a busy disk costs what was acknowledged.
   */
  appendonly?: boolean | 'always';
  password?: string;
  /** Further lines of redis.conf, for example `maxmemory 16mb`. */
  config?: readonly string[];
}

/** A private standalone Redis. */
export class PrivateRedis extends RedisNode {
  constructor(
    private readonly own: { launcher: RedisLauncher; keepsDir: boolean },
    plan: { port: number; dir: string; config: readonly string[]; password?: string | undefined },
  ) {
    super(own.launcher, { role: 'redis', ...plan });
  }

  /** Ends it and removes its temporary folder. In a folder of yours it ends in order and leaves its data there. */
  async stop(): Promise<void> {
    await this.end(this.own.keepsDir ? 'SIGTERM' : 'SIGKILL');
    await this.own.launcher.close();
    if (!this.own.keepsDir) await removeTempFolder(this.dir);
  }
}

/**
 * Starts a private Redis on 127.0.0.1 and resolves when it answers. It ends with this process, however this process
 * ends. `DEBUG` is allowed.
 *
 * @throws NoRedisError when this machine offers no Redis; PortTakenError when the wanted port is taken.
 */
export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  const { port } = options;
  return port === undefined ? onFreePorts(1, ([free]) => startOn(free as number, options)) : startOn(port, options);
}

async function startOn(port: number, options: RedisOptions): Promise<PrivateRedis> {
  const { dir, appendonly = false, password, config = [] } = options;
  const launcher = await openLauncher([port]);
  const redis = new PrivateRedis(
    { launcher, keepsDir: dir !== undefined },
    {
      port,
      dir: dir === undefined ? await makeTempFolder('redis') : resolve(dir),
      config: [
        'save ""',
        `appendonly ${appendonly ? 'yes' : 'no'}`,
        ...(appendonly === 'always' ? ['appendfsync always'] : []),
        ...(password ? [`requirepass ${JSON.stringify(password)}`] : []),
        ...config,
      ],
      password,
    },
  );
  try {
    await redis.start();
    return redis;
  } catch (error) {
    await redis.stop();
    throw error;
  }
}
