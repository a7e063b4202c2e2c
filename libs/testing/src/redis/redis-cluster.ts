import { join } from 'node:path';
import { onFreePorts } from '../net/free-ports.js';
import { waitFor } from '../process/wait-for.js';
import { askRedis, infoOf } from './ask-redis.js';
import { openLauncher } from './launch/open-launcher.js';
import { type RedisLauncher } from './launch/redis-launcher.js';
import { RedisNode, startTogether } from './redis-node.js';
import { makeTempFolder, removeTempFolder } from './temp-folder.js';

/** What a cluster is to be like. */
export interface ClusterOptions {
  /** Masters, among which the slots are shared evenly; 3 by default. */
  masters?: number;
  /** Replicas of each master; none by default. They stay with their master when another has lost its own. */
  replicas?: number;
  /** Further lines of redis.conf for every node. */
  config?: readonly string[];
}

/** Number of hash slots of every Redis Cluster. */
const SLOTS = 16_384;

/** A Redis Cluster of real processes on 127.0.0.1. */
export class RedisCluster {
  constructor(
    /** The masters first, as at the start. */
    readonly nodes: readonly RedisNode[],
    private readonly masters: number,
    private readonly launcher: RedisLauncher,
    private readonly folder: string,
  ) {}

  /** Addresses for a client. */
  get addresses(): { host: string; port: number }[] {
    return this.nodes.map(({ host, port }) => ({ host, port }));
  }

  /** The replicas that a master was given at the start. */
  replicasOf(master: RedisNode): RedisNode[] {
    const place = this.nodes.indexOf(master);
    return this.nodes.filter((_, i) => i >= this.masters && i % this.masters === place);
  }

  /**
   * Waits until every node says that the cluster serves all slots and has its link to every other (PUBLISH goes over these,
   * and nowhere without them), and every replica has what its master has.
   */
  async awaitServing(timeoutMs = 20_000): Promise<void> {
    const serves = async (node: RedisNode): Promise<boolean> => {
      const info = String(await askRedis(node, ['CLUSTER', 'INFO']));
      if (!info.includes('cluster_state:ok') || !knowsAll(info, this.nodes)) return false;
      if (!isLinked(String(await askRedis(node, ['CLUSTER', 'NODES'])))) return false;
      return (await infoOf(node, 'replication')).get('master_link_status') !== 'down';
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
  const { masters = 3, replicas = 0 } = options;
  const count = masters * (1 + replicas);
  return onFreePorts(count * 2, (ports) => startOn(ports.slice(0, count), ports.slice(count), options));
}

const configuration = [
  'save ""',
  'cluster-enabled yes',
  'cluster-allow-replica-migration no',
  'repl-diskless-sync-delay 0',
];

/** Silence after which the others take a server for dead, ms; short where a replica is to take its place. */
const FAILOVER_MS = 2_000;
/**
 * Without replicas nobody gains by it, and a machine that stands still for a moment would cost the cluster its majority.
 * The server's default.
 */
const PATIENT_MS = 15_000;

async function startOn(
  ports: number[],
  busPorts: number[],
  { masters = 3, replicas = 0, config = [] }: ClusterOptions,
): Promise<RedisCluster> {
  const launcher = await openLauncher(ports);
  const folder = await makeTempFolder('cluster');
  const nodeTimeout = `cluster-node-timeout ${replicas > 0 ? FAILOVER_MS : PATIENT_MS}`;
  const nodes = ports.map((port, i) => {
    const dir = join(folder, `redis-${i}`);
    const lines = [...configuration, `cluster-port ${busPorts[i]}`, nodeTimeout, ...config];
    return new RedisNode(launcher, { role: 'redis', port, dir, config: lines });
  });
  const cluster = new RedisCluster(nodes, masters, launcher, folder);
  try {
    await startTogether(nodes);
    await shareSlots(nodes.slice(0, masters));
    await introduce(nodes, busPorts);
    for (const master of nodes.slice(0, masters)) await giveReplicas(master, cluster.replicasOf(master));
    await cluster.awaitServing();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function shareSlots(masters: readonly RedisNode[]): Promise<void> {
  const first = (i: number): number => Math.floor((i * SLOTS) / masters.length);
  for (const [i, node] of masters.entries()) {
    await askRedis(node, ['CLUSTER', 'ADDSLOTSRANGE', first(i), first(i + 1) - 1]);
  }
}

/** Gives every node an epoch of its own, introduces all to the first, and waits until each knows all. */
async function introduce(nodes: readonly RedisNode[], busPorts: readonly number[]): Promise<void> {
  for (const [i, node] of nodes.entries()) {
    await askRedis(node, ['CLUSTER', 'SET-CONFIG-EPOCH', i + 1]);
    if (i > 0) await askRedis(node, ['CLUSTER', 'MEET', '127.0.0.1', nodes[0]?.port ?? 0, busPorts[0] ?? 0]);
  }
  const acquainted = async (node: RedisNode): Promise<boolean> =>
    knowsAll(String(await askRedis(node, ['CLUSTER', 'INFO'])), nodes);
  await waitFor(async () => (await Promise.all(nodes.map(acquainted))).every(Boolean), {
    timeoutMs: 20_000,
    everyMs: 50,
    describe: 'every node of the cluster knows the others',
  });
}

async function giveReplicas(master: RedisNode, replicas: readonly RedisNode[]): Promise<void> {
  if (replicas.length === 0) return;
  const id = String(await askRedis(master, ['CLUSTER', 'MYID']));
  for (const replica of replicas) await askRedis(replica, ['CLUSTER', 'REPLICATE', id]);
}

function knowsAll(clusterInfo: string, nodes: readonly RedisNode[]): boolean {
  return clusterInfo.includes(`cluster_known_nodes:${nodes.length}\r`);
}

/** @param clusterNodes a line for each node: id, address, flags, master, ping, pong, epoch, link state, slots */
function isLinked(clusterNodes: string): boolean {
  const lines = clusterNodes.trim().split('\n');
  return lines.every((line) => line.split(' ')[7] === 'connected' && !line.includes('handshake'));
}
