import { type AddressInfo } from 'node:net';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthController } from '../health/health.controller.js';
import { HealthRegistry } from '../health/health-registry.js';
import { createHttpServer } from '../http/http-server.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { NestLogger } from '../logging/nest-logger.js';
import { type Settings, type SettingsName } from '../settings/load-settings.js';
import { type Housekeeping, type ServiceContext, type ServiceDefinition } from './service-definition.js';
import { HASH_ID, SERVICE_LOG } from './service-tokens.js';

@Module({})
class ServiceModule {}

function around(
  own: Type | DynamicModule,
  { health, log, hashId }: Pick<ServiceContext, 'health' | 'log' | 'hashId'>,
): DynamicModule {
  return {
    module: ServiceModule,
    global: true,
    imports: [own],
    controllers: [HealthController],
    providers: [
      { provide: HealthRegistry, useValue: health },
      { provide: SERVICE_LOG, useValue: log },
      { provide: HASH_ID, useValue: hashId },
    ],
    exports: [SERVICE_LOG, HASH_ID],
  };
}

/** The Nest application of a service with what every service has: limits, problems as answers, health, logs. */
export async function createApp<N extends SettingsName>(
  definition: ServiceDefinition<N>,
  context: ServiceContext<N>,
  { bodyLimitBytes, tracing }: Pick<Settings<Housekeeping>, 'bodyLimitBytes' | 'tracing'>,
): Promise<NestFastifyApplication> {
  const root = around(await definition.module(context), context);
  const { ambientCorrelation = true } = definition;
  const options = { bodyLimitBytes, traced: tracing !== undefined, ambientCorrelation };
  const server = createHttpServer(options, context.log, context.stopping);
  const app = await NestFactory.create<NestFastifyApplication>(root, server, {
    logger: new NestLogger(context.log),
    rawBody: true,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(context.log));
  await definition.beforeListening?.(app, context);
  return app;
}

/** An address that can be opened from this machine, also when the service listens on all of them. */
export function urlOf(app: NestFastifyApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
