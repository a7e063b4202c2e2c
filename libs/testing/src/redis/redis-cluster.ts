import { join } from 'node:path';
import { onFreePorts } from '../net/free-ports.js';
import { waitFor } from '../process/wait-for.js';
import { askRedis } from './ask-redis.js';
import { openLauncher } from './launch/open-launcher.js';
import { type RedisLauncher } from './launch/redis-launcher.js';
import { RedisNode, startTogether } from './redis-node.js';
import { makeTempFolder, removeTempFolder } from './temp-folder.js';

/** What a cluster is to be like. */
export interface ClusterOptions {
  /** Masters, among which the slots are shared evenly; 3 by default. There are no replicas. */
  masters?: number;
  /** Further lines of redis.conf for every node. */
  config?: readonly string[];
}

/** Number of hash slots of every Redis Cluster. */
const SLOTS = 16_384;

/** A Redis Cluster of real processes on 127.0.0.1. */
export class RedisCluster {
  constructor(
    readonly nodes: readonly RedisNode[],
    private readonly launcher: RedisLauncher,
    private readonly folder: string,
  ) {}

  /** Addresses for a client. */
  get addresses(): { host: string; port: number }[] {
    return this.nodes.map(({ host, port }) => ({ host, port }));
  }

  /** Waits until every node says that the cluster serves all slots. */
  async awaitServing(timeoutMs = 20_000): Promise<void> {
    const serves = async (node: RedisNode): Promise<boolean> => {
      const info = String(await askRedis(node, ['CLUSTER', 'INFO']));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.nodes.length}\r`);
    };
    await waitFor(async () => (await Promise.all(this.nodes.map(serves))).every(Boolean), {
      timeoutMs,
      everyMs: 50,
      describe: 'every node of the cluster serves all slots',
    });
  }

  /** Ends everything at once and removes its folders. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end('SIGKILL')));
    await this.launcher.close();
    await removeTempFolder(this.folder);
  }
}

/** Starts a cluster and resolves when it serves all slots. Everything ends with this process. */
export function startCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, config = [] } = options;
  return onFreePorts(masters * 2, (ports) => startOn(ports.slice(0, masters), ports.slice(masters), config));
}

async function startOn(ports: number[], busPorts: number[], config: readonly string[]): Promise<RedisCluster> {
  const launcher = await openLauncher(ports);
  const folder = await makeTempFolder('cluster');
  const nodes = ports.map((port, i) => {
    const lines = ['save ""', 'cluster-enabled yes', `cluster-port ${busPorts[i]}`, 'cluster-node-timeout 2000'];
    const dir = join(folder, `redis-${i}`);
    return new RedisNode(launcher, { role: 'redis', port, dir, config: [...lines, ...config] });
  });
  const cluster = new RedisCluster(nodes, launcher, folder);
  try {
    await startTogether(nodes);
    await formCluster(nodes, busPorts);
    await cluster.awaitServing();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Gives every node its slots and an epoch of its own, and introduces all to the first. */
async function formCluster(nodes: RedisNode[], busPorts: number[]): Promise<void> {
  const first = (i: number): number => Math.floor((i * SLOTS) / nodes.length);
  for (const [i, node] of nodes.entries()) {
    await askRedis(node, ['CLUSTER', 'ADDSLOTSRANGE', first(i), first(i + 1) - 1]);
    await askRedis(node, ['CLUSTER', 'SET-CONFIG-EPOCH', i + 1]);
    if (i > 0) await askRedis(node, ['CLUSTER', 'MEET', '127.0.0.1', nodes[0]?.port ?? 0, busPorts[0] ?? 0]);
  }
}
