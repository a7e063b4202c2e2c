import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type DestinationStream } from 'pino';
import { HealthRegistry } from '../health/health-registry.js';
import { createHashId } from '../logging/hash-id.js';
import { createLogger, type Logger } from '../logging/logger.js';
import { type Environment } from '../settings/environment.js';
import { loadSettings, type Settings, type SettingsName } from '../settings/load-settings.js';
import { type StopTracing } from '../tracing/export-spans.js';
import { startTracing } from '../tracing/start-tracing.js';
import { createApp, urlOf } from './create-app.js';
import {
  housekeeping,
  type Housekeeping,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
} from './service-definition.js';

type StopAction = () => void | Promise<void>;

/** One service from its settings to its end. Touches neither signals nor the life of the process. */
export class Service<N extends SettingsName = never> {
  readonly log: Logger;
  readonly shutdownGraceMs: number;
  private readonly context: ServiceContext<N>;
  private readonly stopping = new AbortController();
  private requested = false;
  private readonly stopActions: StopAction[] = [];
  private stopTracing: StopTracing | undefined;
  private app: NestFastifyApplication | undefined;
  private closed: Promise<void> | undefined;

  /** @throws SettingsError when the settings do not fit. */
  constructor(
    private readonly definition: ServiceDefinition<N>,
    env: Environment,
    logDestination?: DestinationStream,
  ) {
    const { name, defaults } = definition;
    const names: readonly (N | Housekeeping)[] = [...housekeeping, ...definition.settings];
    const settings = loadSettings(names, env, defaults);
    const { logLevel, logPretty, logHashKey, shutdownGraceMs } = settings as Settings<Housekeeping>;
    this.log = createLogger({
      service: name,
      level: logLevel,
      pretty: logPretty,
      ...(logDestination ? { destination: logDestination } : {}),
    });
    this.shutdownGraceMs = shutdownGraceMs;
    this.context = {
      name,
      settings,
      log: this.log,
      hashId: createHashId(logHashKey),
      health: new HealthRegistry((check, { status }, error) => {
        if (status === 'up') this.log.info({ check }, 'a health check passes again');
        else this.log.warn({ check, err: error }, 'a health check fails');
      }),
      stopping: this.stopping.signal,
      onStopped: (action) => void this.stopActions.push(action),
    };
  }

  /** Listens, then starts the microservices, then is ready. Rejects when anything fails; nothing is left open then. */
  async start(): Promise<RunningService> {
    const settings = this.context.settings as Settings<Housekeeping>;
    const { port, host } = settings;
    try {
      this.stopTracing = await startTracing(this.context.name, settings.tracing, this.log);
      const app = await createApp(this.definition, this.context, settings);
      await this.adopt(app);
      await app.listen(port, host);
      const url = urlOf(app);
      this.log.info({ url }, 'listening');
      await app.startAllMicroservices();
      this.context.health.started();
      return { app, url, log: this.log, stop: () => this.stop() };
    } catch (error) {
      await this.closeOnce();
      throw error;
    }
  }

  /** True once somebody asked for the end, which also makes a start under way fail. */
  get stopRequested(): boolean {
    return this.requested;
  }

  /** Not ready first; then requests and turns under way end and everything closes. Repeated calls wait for the first. */
  stop(): Promise<void> {
    this.requested = true;
    return this.closeOnce();
  }

  private async adopt(app: NestFastifyApplication): Promise<void> {
    if (this.requested) {
      await app.close();
      throw new Error('stopped while it was starting');
    }
    this.app = app;
  }

  private closeOnce(): Promise<void> {
    this.closed ??= this.close();
    return this.closed;
  }

  private async close(): Promise<void> {
    this.context.health.stopping();
    this.stopping.abort();
    await this.app?.close();
    for (const action of [...this.stopActions].reverse()) await action();
    await this.stopTracing?.();
  }
}

/**
 * Starts a service within this process, for tests and tools; `startService` is for `main.ts`.
 *
 * @param logDestination takes the log lines; standard output when absent.
 */
export function openService<const N extends SettingsName = never>(
  definition: ServiceDefinition<N>,
  env: Environment = process.env,
  logDestination?: DestinationStream,
): Promise<RunningService> {
  return new Service(definition, env, logDestination).start();
}
