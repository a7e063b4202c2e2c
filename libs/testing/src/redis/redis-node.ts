import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortTakenError } from '../net/free-ports.js';
import { waitFor } from '../process/wait-for.js';
import { askRedis, infoOf, type RedisAddress } from './ask-redis.js';
import { CONFIG_FILE, type LaunchedRedis, type RedisLauncher, type RedisRole } from './launch/redis-launcher.js';
import { RedisRefusal } from './resp.js';

/** What one server is. */
export interface RedisNodePlan {
  role: RedisRole;
  port: number;
  /** Folder of its data and its configuration. */
  dir: string;
  /** Lines of redis.conf beyond port, listening address and folder. */
  config: readonly string[];
  /** Password that the configuration asks of clients. */
  password?: string | undefined;
}

/** Longest wait until a server answers, loading its data included. */
const READY_TIMEOUT_MS = 20_000;

/** One Redis or Sentinel on 127.0.0.1 that a test may kill, freeze and restart. */
export class RedisNode implements RedisAddress {
  readonly host = '127.0.0.1';
  private server: LaunchedRedis | undefined;

  constructor(
    private readonly launcher: RedisLauncher,
    private readonly plan: RedisNodePlan,
  ) {}

  get port(): number {
    return this.plan.port;
  }

  get dir(): string {
    return this.plan.dir;
  }

  get password(): string | undefined {
    return this.plan.password;
  }

  /** `redis://[:password@]127.0.0.1:port` */
  get url(): string {
    const { password, port } = this.plan;
    return `redis://${password ? `:${encodeURIComponent(password)}@` : ''}${this.host}:${port}`;
  }

  /** Number of the present process. */
  get pid(): number {
    return this.running().pid;
  }

  get isRunning(): boolean {
    return this.server !== undefined && !this.server.hasExited;
  }

  /**
   * Writes the configuration and starts the server on it; resolves when it answers and has loaded its data.
   *
   * @throws PortTakenError when another process listens on its port; Error with its last lines when it ends.
   */
  async start(): Promise<void> {
    const { role, port, dir, config } = this.plan;
    const lines = [`port ${port}`, ...this.launcher.placement(dir, role), 'protected-mode no', ...config];
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, CONFIG_FILE), `${lines.join('\n')}\n`, { mode: 0o600 });
    await this.launch();
  }

  /** Ends the process by a signal, SIGKILL by default, and waits until it has ended. Port and folder stay ours. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.server?.kill(signal);
  }

  /** Stops the process in its tracks: connections stay open, new ones are accepted by the kernel, nothing answers. */
  async freeze(): Promise<void> {
    await this.running().freeze();
  }

  async thaw(): Promise<void> {
    await this.running().thaw();
  }

  /**
   * Starts the server again on the same port and folder, and on the configuration as Redis itself may have rewritten it
   * (its role after a failover). A server that still runs is ended first (SIGTERM). With `wipe` it comes back as on an
   * empty disk, with its first configuration.
   */
  async restart(options: { wipe?: boolean } = {}): Promise<void> {
    if (this.isRunning) await this.end('SIGTERM');
    if (!options.wipe) return this.launch();
    const names = await readdir(this.dir);
    await Promise.all(names.map((name) => rm(join(this.dir, name), { recursive: true })));
    await this.start();
  }

  /** Ends the process; `SIGTERM` lets it save its data first and becomes SIGKILL after 5 s. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = this.server;
    if (!server || server.hasExited) return;
    if (signal === 'SIGKILL') return void (await server.kill('SIGKILL'));
    await server.thaw();
    const late = setTimeout(() => void server.kill('SIGKILL'), 5_000);
    await server.kill('SIGTERM');
    clearTimeout(late);
  }

  private running(): LaunchedRedis {
    if (!this.server || this.server.hasExited) throw new Error(`The Redis on port ${this.port} does not run`);
    return this.server;
  }

  private async launch(): Promise<void> {
    const server = (this.server = await this.launcher.launch(this.dir, this.plan.role));
    const answer = waitFor(() => server.hasExited || this.answersAs(server), {
      timeoutMs: READY_TIMEOUT_MS,
      everyMs: 10,
      describe: () => `the Redis on port ${this.port} answers. Its last lines:\n${server.tail()}`,
    });
    try {
      await answer;
    } catch (error) {
      await server.kill('SIGKILL');
      throw error;
    }
    if (!server.hasExited) return;
    await server.exited;
    const said = server.tail();
    if (/already in use/i.test(said)) throw new PortTakenError(this.port);
    throw new Error(`The Redis on port ${this.port} ended at its start. Its last lines:\n${said}`);
  }

  /** Whether it is this very process, and not another one on the port, that answers and has its data. */
  private async answersAs(server: LaunchedRedis): Promise<boolean> {
    try {
      await askRedis(this, ['PING']);
      if (!this.launcher.sharesProcessIds) return true;
      return Number((await infoOf(this, 'server')).get('process_id')) === server.pid;
    } catch (error) {
      // A replica that may not serve old data, or a server whose own configuration asks for a password: both are up.
      return error instanceof RedisRefusal && ['MASTERDOWN', 'NOAUTH', 'NOPERM'].includes(error.code);
    }
  }
}

/** Starts nodes at once and waits for all, also when one fails, so that none is still starting when it is ended. */
export async function startTogether(nodes: readonly RedisNode[]): Promise<void> {
  const results = await Promise.allSettled(nodes.map((node) => node.start()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
