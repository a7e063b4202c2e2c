import { GenericContainer, type WaitStrategy } from 'testcontainers';

/** Ready as soon as it runs: a Redis is asked itself whether it is ready. */
const runs: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => runs,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 10_000,
};

/**
 * A container of testcontainers that publishes ports on 127.0.0.1 only, each under its own number (testcontainers
 * publishes on every address), and whose id is told as soon as it exists, so that it can be removed whatever happens next.
 */
export class HeldContainer extends GenericContainer {
  constructor(
    image: string,
    private readonly created: (containerId: string) => void,
  ) {
    super(image);
    this.withWaitStrategy(runs);
  }

  publishing(ports: readonly number[]): this {
    this.createOpts.ExposedPorts = Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}]));
    this.hostConfig.PortBindings = Object.fromEntries(
      ports.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(port) }]]),
    );
    return this;
  }

  protected override containerCreated(containerId: string): Promise<void> {
    this.created(containerId);
    return Promise.resolve();
  }
}
