import { writeSync } from 'node:fs';
import { type Logger } from '../logging/logger.js';
import { safeError } from '../logging/safe-error.js';
import { type SettingsName } from '../settings/load-settings.js';
import { Service } from './service.js';
import { type RunningService, type ServiceDefinition } from './service-definition.js';
import { startFailureSentence } from './start-failure.js';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** What of a service the end of a process needs. */
type Stoppable = Pick<Service, 'log' | 'shutdownGraceMs' | 'stopRequested' | 'stop'>;

/**
 * Runs a service for the life of this process: reads its settings, lets it listen and stops it on SIGTERM or SIGINT. A
 * start that fails ends the process with 1 and one sentence on standard error. The last call in a `main.ts`.
 */
export async function startService<const N extends SettingsName = never>(
  definition: ServiceDefinition<N>,
): Promise<RunningService> {
  let service: Service<N> | undefined;
  try {
    service = new Service(definition, process.env);
    exitOnUncaught(service.log);
    stopOnSignals(service);
    return await service.start();
  } catch (error) {
    // A start cut off by a signal fails, too; the stop it made room for ends the process.
    if (service?.stopRequested) return new Promise<never>(() => undefined);
    explain(definition.name, error);
    process.exit(1);
  }
}

/** First signal: stop within the grace time, exit 0, or 1 when it was too short. Second signal: exit 1 at once. */
function stopOnSignals(service: Stoppable): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) {
      service.log.warn({ signal }, 'second signal: stopping at once');
      process.exit(1);
    }
    asked = true;
    service.log.info({ signal }, 'stopping');
    void stopWithin(service);
  };
  for (const signal of signals) process.on(signal, onSignal);
}

async function stopWithin(service: Stoppable): Promise<void> {
  const graceMs = service.shutdownGraceMs;
  const deadline = setTimeout(() => {
    service.log.error({ graceMs }, 'work under way did not end within the grace time; stopping without it');
    process.exit(1);
  }, graceMs);
  try {
    await service.stop();
  } catch (error) {
    service.log.error({ err: error }, 'stopping failed');
    process.exit(1);
  }
  clearTimeout(deadline);
  service.log.info('stopped');
  process.exit(0);
}

/** After an error nobody caught the state is unknown. Node itself would print the error with all its fields. */
function exitOnUncaught(log: Logger): void {
  const leave = (error: unknown): void => {
    log.fatal({ err: safeError(error) }, 'an error nobody caught');
    process.exit(1);
  };
  process.on('uncaughtException', leave);
  process.on('unhandledRejection', leave);
}

function explain(service: string, error: unknown): void {
  const sentence = startFailureSentence(service, error);
  if (sentence !== undefined) return tell(sentence);
  const { name, message, stack = '' } = safeError(error);
  tell(`${service} did not start: ${name}: ${message}\n${stack}`);
}

/** Written before the process ends, whatever standard error is. */
function tell(line: string): void {
  writeSync(2, `${line}\n`);
}
