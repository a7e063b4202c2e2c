import { waitFor } from '../process/wait-for.js';
import { askRedis, infoOf } from './ask-redis.js';
import { type RedisLauncher } from './launch/redis-launcher.js';
import { type RedisNode } from './redis-node.js';
import { MASTER_NAME } from './sentinel-config.js';
import { removeTempFolder } from './temp-folder.js';

/** What a set is made of. */
export interface SentinelSetParts {
  launcher: RedisLauncher;
  nodes: RedisNode[];
  sentinelNodes: RedisNode[];
  folder: string;
}

/** How long a Sentinel may take to answer; a frozen one is passed over after that. */
const ANSWER_TIMEOUT_MS = 500;

/** Redis nodes watched by Sentinels, all real processes on 127.0.0.1. */
export class SentinelSet {
  readonly masterName = MASTER_NAME;
  /** The Redis nodes; which one is master changes. The first is master at the start. */
  readonly nodes: readonly RedisNode[];
  /** The Sentinels, which a test may kill, freeze and restart too. */
  readonly sentinelNodes: readonly RedisNode[];

  constructor(private readonly parts: SentinelSetParts) {
    this.nodes = parts.nodes;
    this.sentinelNodes = parts.sentinelNodes;
  }

  /** Addresses for a client. */
  get sentinels(): { host: string; port: number }[] {
    return this.sentinelNodes.map(({ host, port }) => ({ host, port }));
  }

  /**
   * The node that the Sentinels name: the answer with the highest configuration epoch, of those that answer.
   *
   * @throws Error when no Sentinel answers.
   */
  async master(): Promise<RedisNode> {
    const answers = await Promise.all(this.sentinelNodes.map((sentinel) => namedBy(sentinel)));
    const latest = answers.filter((answer) => answer !== undefined).sort((a, b) => b.epoch - a.epoch)[0];
    const node = this.nodes.find(({ port }) => port === latest?.port);
    if (!node) throw new Error(latest ? 'The Sentinels name a foreign master' : 'No Sentinel answers');
    return node;
  }

  /** The nodes that are not the master now. */
  async replicas(): Promise<RedisNode[]> {
    const master = await this.master();
    return this.nodes.filter((node) => node !== master);
  }

  /**
   * Waits until the Sentinels name a master that `fits`, and it says of itself that it is one.
   *
   * @throws WaitTimeoutError after `timeoutMs`, 20 000 by default.
   */
  async awaitMaster(fits: (master: RedisNode) => boolean = () => true, timeoutMs = 20_000): Promise<RedisNode> {
    return waitFor(
      async () => {
        const master = await this.master();
        if (!fits(master)) return undefined;
        return (await infoOf(master, 'replication')).get('role') === 'master' ? master : undefined;
      },
      { timeoutMs, describe: 'the Sentinels name another master, and it is one' },
    );
  }

  /**
   * Planned failover (SENTINEL FAILOVER); resolves to the new master when it is one. Writes may be lost: Redis does not
   * fence the old master.
   */
  async failover(): Promise<RedisNode> {
    const old = await this.master();
    await waitFor(() => this.askToFailOver(), {
      timeoutMs: 10_000,
      everyMs: 100,
      describe: 'a Sentinel starts a failover',
    });
    return this.awaitMaster((master) => master !== old);
  }

  /**
   * Waits until every running node but the master follows the master with its link up, and every Sentinel that runs
   * knows all others and sees nothing down: the state in which a test may begin.
   */
  async awaitSettled(timeoutMs = 20_000): Promise<void> {
    await waitFor(() => this.isSettled(), {
      timeoutMs,
      everyMs: 50,
      describe: 'master, replicas and Sentinels are of one mind',
    });
  }

  /** Ends everything at once and removes its folders. */
  async stop(): Promise<void> {
    await Promise.all([...this.sentinelNodes, ...this.nodes].map((node) => node.end('SIGKILL')));
    await this.parts.launcher.close();
    await removeTempFolder(this.parts.folder);
  }

  private async isSettled(): Promise<boolean> {
    const master = await this.awaitMaster(undefined, 1_000);
    const replicas = this.nodes.filter((node) => node !== master && node.isRunning);
    const inSync = replicas.map(async (replica) => {
      const state = await infoOf(replica, 'replication');
      return state.get('master_link_status') === 'up' && state.get('master_port') === String(master.port);
    });
    const agreed = this.sentinelNodes
      .filter((sentinel) => sentinel.isRunning)
      .map((sentinel) => this.seesAll(sentinel, master, replicas.length));
    return (await Promise.all([...inSync, ...agreed])).every(Boolean);
  }

  private async seesAll(sentinel: RedisNode, master: RedisNode, replicas: number): Promise<boolean> {
    const seen = await stateIn(sentinel);
    return (
      seen.get('port') === String(master.port) &&
      seen.get('flags') === 'master' &&
      Number(seen.get('num-other-sentinels')) >= this.sentinelNodes.length - 1 &&
      Number(seen.get('num-slaves')) >= replicas
    );
  }

  private async askToFailOver(): Promise<boolean> {
    for (const sentinel of this.sentinelNodes) {
      const reply = await askRedis(sentinel, ['SENTINEL', 'FAILOVER', MASTER_NAME], ANSWER_TIMEOUT_MS).catch(() => '');
      if (reply === 'OK') return true;
    }
    return false;
  }
}

async function namedBy(sentinel: RedisNode): Promise<{ port: number; epoch: number } | undefined> {
  const state = await stateIn(sentinel).catch(() => undefined);
  return state && { port: Number(state.get('port')), epoch: Number(state.get('config-epoch')) };
}

/** What a Sentinel knows of the master: the pairs of SENTINEL MASTER. */
async function stateIn(sentinel: RedisNode): Promise<Map<string, string>> {
  const reply = await askRedis(sentinel, ['SENTINEL', 'MASTER', MASTER_NAME], ANSWER_TIMEOUT_MS);
  const words = Array.isArray(reply) ? reply.map(String) : [];
  return new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ''] as const] : [])));
}
