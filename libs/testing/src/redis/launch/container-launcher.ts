import { type StartedTestContainer } from 'testcontainers';
import { PortTakenError } from '../../net/free-ports.js';
import { LineLog } from '../../process/line-log.js';
import { answeringSocket, containerClient } from '../obtain/container-engine.js';
import { ContainerReaper } from './container-reaper.js';
import { ContainerServer } from './container-server.js';
import { HeldContainer } from './held-container.js';
import { CONFIG_FILE, type LaunchedRedis, type RedisLauncher, type RedisRole } from './redis-launcher.js';

/** Where a server's folder lies in its container. */
const FOLDER = '/data';

/**
 * Runs Redis in containers. A first container publishes all ports on 127.0.0.1 and lends its network to the servers, so
 * that 127.0.0.1:port means the same server for us and among them: what Sentinel and Cluster tell of addresses is true
 * outside as well. It is a Redis too, because that is what every image has, on a socket that nobody uses.
 */
export class ContainerLauncher implements RedisLauncher {
  readonly sharesProcessIds = false;

  private constructor(
    private readonly image: string,
    private readonly reaper: ContainerReaper,
    private readonly network: StartedTestContainer,
  ) {}

  /** @throws PortTakenError when the engine cannot publish one of the ports. */
  static async open(image: string, ports: readonly number[]): Promise<ContainerLauncher> {
    const reaper = new ContainerReaper((await answeringSocket()) ?? '');
    const holder = new HeldContainer(image, (id) => reaper.hold(id))
      .withEntrypoint(['redis-server'])
      .withCommand(['--port', '0', '--unixsocket', '/tmp/unused.sock', '--save', ''])
      .publishing(ports);
    try {
      return new ContainerLauncher(image, reaper, await holder.start());
    } catch (error) {
      // The reaper removes what was created.
      reaper.close();
      const taken = /:(\d+)\b.* (already allocated|already in use)/.exec(error instanceof Error ? error.message : '');
      if (taken) throw new PortTakenError(taken[1] ?? '', { cause: error });
      throw error;
    }
  }

  placement(_folder: string, role: RedisRole): string[] {
    const lines = ['bind 0.0.0.0', `dir ${FOLDER}`];
    // Seen from the container, we come from another address than 127.0.0.1.
    return role === 'redis' ? [...lines, 'enable-debug-command yes'] : lines;
  }

  async launch(folder: string, role: RedisRole): Promise<LaunchedRedis> {
    const log = new LineLog();
    let logRead = Promise.resolve();
    const started = await new HeldContainer(this.image, (id) => this.reaper.hold(id))
      .withEntrypoint(['redis-server'])
      .withCommand([`${FOLDER}/${CONFIG_FILE}`, ...(role === 'sentinel' ? ['--sentinel'] : [])])
      .withUser(await this.userOfFolder())
      .withBindMounts([{ source: folder, target: FOLDER }])
      .withNetworkMode(`container:${this.network.getId()}`)
      .withLogConsumer((stream) => (logRead = log.follow(stream)))
      .start();
    const { container: containers } = await containerClient();
    const container = containers.getById(started.getId());
    const { State } = await container.inspect();
    const server = new ContainerServer(container, State.Pid, log, logRead);
    void server.exited.then(() => this.reaper.release(started.getId()));
    return server;
  }

  async close(): Promise<void> {
    await this.network.stop();
    this.reaper.close();
  }

  /** The user whose files the server writes: ourselves, who is root within a rootless engine. */
  private async userOfFolder(): Promise<string> {
    const { container } = await containerClient();
    const { SecurityOptions = [] } = (await container.dockerode.info()) as { SecurityOptions?: string[] };
    const rootless = SecurityOptions.some((option) => option.includes('rootless'));
    return rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  }
}
