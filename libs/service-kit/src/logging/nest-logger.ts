import { type LoggerService } from '@nestjs/common';
import { type Logger } from './logger.js';
import { framesOf, safeError } from './safe-error.js';

/** What Nest tells of its own start; of interest only when something is looked for. */
const chatty = new Set([
  'NestFactory',
  'NestApplication',
  'NestMicroservice',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Lets Nest and its `Logger` class write through the service's logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest calls it with a stack and a context behind the message, either of which may be absent. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' && !last.includes('\n') ? last : undefined;
    const stack = rest.find((item) => typeof item === 'string' && item.includes('\n    at '));
    const quiet = level === 'info' && context !== undefined && chatty.has(context);
    // A failing start is explained once, by its own sentence.
    if (context === 'NestApplication' && String(message).startsWith('Error: listen')) return;
    const fields = { ...(context && { context }), ...(stack !== undefined && { stack: framesOf(String(stack)) }) };
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, safeError(message).message);
    else if (typeof message === 'object') this.logger[level]({ ...fields, detail: message });
    else this.logger[quiet ? 'debug' : level](fields, String(message));
  }
}
