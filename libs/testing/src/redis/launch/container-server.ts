import { type ContainerRuntimeClient } from 'testcontainers';
import { type LineLog } from '../../process/line-log.js';
import { type LaunchedRedis } from './redis-launcher.js';

type EngineContainer = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** A Redis or Sentinel in a container. It is removed when it has ended; its data lie outside. */
export class ContainerServer implements LaunchedRedis {
  readonly exited: Promise<void>;
  private ended = false;
  private frozen = false;

  constructor(
    private readonly container: EngineContainer,
    readonly pid: number,
    private readonly log: LineLog,
    logRead: Promise<void>,
  ) {
    this.exited = container.wait().then(async () => {
      this.ended = true;
      await logRead;
      await container.remove({ v: true, force: true });
    });
    this.exited.catch(() => undefined);
  }

  get hasExited(): boolean {
    return this.ended;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.ended) return;
    // The engine wakes a paused container itself, after the signal.
    this.frozen = false;
    await this.container.kill({ signal });
    await this.exited;
  }

  async freeze(): Promise<void> {
    if (this.frozen) return;
    await this.container.pause();
    this.frozen = true;
  }

  async thaw(): Promise<void> {
    if (!this.frozen) return;
    await this.container.unpause();
    this.frozen = false;
  }

  tail(): string {
    return this.log.tail();
  }
}
