import { type DynamicModule, type Type } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type HealthRegistry } from '../health/health-registry.js';
import { type HashId } from '../logging/hash-id.js';
import { type Logger } from '../logging/logger.js';
import { type SettingDefaults, type Settings, type SettingsName } from '../settings/load-settings.js';

/** What every service needs, whatever it does. */
export const housekeeping = [
  'NODE_ENV',
  'PORT',
  'HOST',
  'BODY_LIMIT_BYTES',
  'SHUTDOWN_GRACE_MS',
  'LOG_LEVEL',
  'LOG_PRETTY',
  'LOG_HASH_KEY',
  'TRACING',
] as const;

export type Housekeeping = (typeof housekeeping)[number];

/** What a service is given to build itself from. */
export interface ServiceContext<N extends SettingsName = never> {
  readonly name: string;
  readonly settings: Settings<N | Housekeeping>;
  readonly log: Logger;
  readonly hashId: HashId;
  /** Checks added here decide about readiness. */
  readonly health: HealthRegistry;
  /** Aborted when the service begins to stop: streams to clients must end themselves then. */
  readonly stopping: AbortSignal;
  /** Runs after all modules, servers and microservices are closed; the last one added runs first. */
  onStopped(action: () => void | Promise<void>): void;
}

export interface ServiceDefinition<N extends SettingsName = never> {
  readonly name: string;
  /** Beside those every service has. */
  readonly settings: readonly N[];
  /** Defaults that differ from the general ones, for example the port. */
  readonly defaults?: SettingDefaults;
  /**
   * Whether all that a request starts knows its correlation id without being told; true by default. Before Node 24 that
   * costs a third of the processor time of a small request, so a service under load may go without: its handlers are given
   * `request.id`, and hand it on to their log lines.
   */
  readonly ambientCorrelation?: boolean;
  /** The service's module. */
  readonly module: (context: ServiceContext<N>) => Type | DynamicModule | Promise<Type | DynamicModule>;
  /**
   * Runs before routes are bound: connect microservices, add routes or hooks to Fastify (`app.getHttpAdapter()
   * .getInstance()`), listen for upgrades on `app.getHttpServer()`. Microservices start once the server listens.
   */
  readonly beforeListening?: (app: NestFastifyApplication, context: ServiceContext<N>) => void | Promise<void>;
}

/** A service that listens. */
export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Where it listens, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly log: Logger;
  /** Not ready first, then finishes the work under way and closes everything. */
  stop(): Promise<void>;
}
