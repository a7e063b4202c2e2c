import { type ServiceName, serviceNames } from './services.js';
import { startService, type ServiceProcess } from './service-process.js';

export interface StackOptions {
  /** Root of the workspace; the services must have been built. */
  readonly root: string;
  /** Settings for all services. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Port by service; a free one where none is given. */
  readonly ports?: Partial<Readonly<Record<ServiceName, number>>>;
  readonly onLine?: (service: ServiceName, line: string) => void;
}

/** All services, running. */
export class Stack {
  private readonly running = new Map<ServiceName, ServiceProcess>();

  constructor(private readonly options: StackOptions) {}

  /** Address of a service. */
  url(name: ServiceName): string {
    return this.service(name).url;
  }

  service(name: ServiceName): ServiceProcess {
    const service = this.running.get(name);
    if (!service) throw new Error(`${name} is not running`);
    return service;
  }

  /** Starts one service, on the port it had before if it ran before. */
  async start(name: ServiceName): Promise<ServiceProcess> {
    const { root, env, ports, onLine } = this.options;
    const before = this.running.get(name);
    const port = before ? Number(new URL(before.url).port) : (ports?.[name] ?? 0);
    const service = await startService({
      name,
      root,
      port,
      env,
      ...(onLine ? { onLine: (line: string) => onLine(name, line) } : {}),
    });
    this.running.set(name, service);
    return service;
  }

  /** Resolves with the first service that ends by itself. */
  async firstExit(): Promise<ServiceName> {
    return Promise.race(serviceNames.map((name) => this.service(name).process.exited.then(() => name)));
  }

  /** Ends all services in order. */
  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ process }) => process.stop(30_000)));
  }
}

/** Starts all five services. @throws Error of the first that does not start; nothing is left running then. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stack = new Stack(options);
  const results = await Promise.allSettled(serviceNames.map((name) => stack.start(name)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await stack.stop();
    throw failed.reason;
  }
  return stack;
}
