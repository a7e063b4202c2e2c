import { join } from 'node:path';
import { onFreePorts } from '../net/free-ports.js';
import { askRedis } from './ask-redis.js';
import { openLauncher } from './launch/open-launcher.js';
import { RedisNode, startTogether } from './redis-node.js';
import { hurry, redisLines, sentinelLines, type SentinelSetPlan } from './sentinel-config.js';
import { SentinelSet } from './sentinel-set.js';
import { makeTempFolder } from './temp-folder.js';

/** What a set is to be like. */
export interface SentinelSetOptions {
  /** Replicas beside the master; 2 by default. */
  replicas?: number;
  /** Sentinels; 3 by default. Their quorum is a majority. */
  sentinels?: number;
  /** Silence after which a Sentinel holds a server for dead; 2 000 by default, below which Sentinels flap. */
  downAfterMs?: number;
  /** Password of the Redis nodes; the Sentinels themselves ask for none. */
  password?: string;
  /** Further lines of redis.conf for every node, for example `min-replicas-to-write 1`. */
  config?: readonly string[];
  /** Whether the Sentinels look at each other more often than in production (SENTINEL DEBUG); they do by default. */
  hurried?: boolean;
}

/**
 * Starts a master, its replicas and their Sentinels on 127.0.0.1, and resolves when all are of one mind. The nodes keep an
 * append-only file. Everything ends with this process.
 */
export function startSentinelSet(options: SentinelSetOptions = {}): Promise<SentinelSet> {
  const { replicas = 2, sentinels = 3 } = options;
  return onFreePorts(1 + replicas + sentinels, (ports) =>
    startOn(ports.slice(0, 1 + replicas), ports.slice(1 + replicas), options),
  );
}

async function startOn(
  redisPorts: number[],
  sentinelPorts: number[],
  options: SentinelSetOptions,
): Promise<SentinelSet> {
  const { downAfterMs = 2_000, password, config = [], hurried = true } = options;
  const quorum = Math.floor(sentinelPorts.length / 2) + 1;
  const plan: SentinelSetPlan = { masterPort: redisPorts[0] as number, quorum, downAfterMs, password, config };
  const launcher = await openLauncher([...redisPorts, ...sentinelPorts]);
  const folder = await makeTempFolder('sentinel');
  const nodes = redisPorts.map((port, i) => {
    const dir = join(folder, `redis-${i}`);
    return new RedisNode(launcher, { role: 'redis', port, dir, config: redisLines(plan, port), password });
  });
  const sentinelNodes = sentinelPorts.map((port, i) => {
    const dir = join(folder, `sentinel-${i}`);
    return new RedisNode(launcher, { role: 'sentinel', port, dir, config: sentinelLines(plan) });
  });
  const set = new SentinelSet({ launcher, nodes, sentinelNodes, folder });
  try {
    await startTogether(nodes);
    await startTogether(sentinelNodes);
    if (hurried)
      await Promise.all(sentinelNodes.map((sentinel) => askRedis(sentinel, ['SENTINEL', 'DEBUG', ...hurry])));
    await set.awaitSettled();
    return set;
  } catch (error) {
    await set.stop();
    throw error;
  }
}
