import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { isTracing } from '../tracing/tracing-switch.js';
import { currentCorrelationId } from './correlation.js';
import { prettyLines, type PrettyLook } from './pretty-lines.js';
import { redact } from './redaction.js';
import { safeError } from './safe-error.js';

/** Structured logger; every line carries the service and, within a piece of work, its correlation id. */
export type Logger = PinoLogger;

export interface LoggerSettings {
  readonly service: string;
  readonly level: string;
  /** Coloured lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Takes the lines; standard output when absent. */
  readonly destination?: DestinationStream;
}

/** One JSON object per line, or readable lines; fields that must not be logged are taken out of either. */
export function createLogger({ service, level, pretty, destination }: LoggerSettings): Logger {
  const output = destination ?? pino.destination({ fd: 1, sync: true });
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      // Errors have been made safe by then; pino's own serializer would add to them.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, write) {
          const [first, ...rest] = args as unknown[];
          // An error alone would bring its own message along as the line's text.
          const safe = first instanceof Error && rest.length === 0 ? [{ err: first }, safeError(first).message] : args;
          write.apply(this, safe as typeof args);
        },
      },
      mixin: placeOf,
    },
    pretty ? prettyLines(service, look(), output) : output,
  );
  return redactChildren(logger);
}

/** Which piece of work a line is about. */
function placeOf(): Record<string, string> {
  const correlationId = currentCorrelationId();
  const traceId = isTracing() ? trace.getActiveSpan()?.spanContext().traceId : undefined;
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

type MakeChild = (this: Logger, bindings: Record<string, unknown>, options?: object) => Logger;

/** Formatters do not reach what child loggers add to each of their lines. Children inherit the method set here. */
function redactChildren(logger: Logger): Logger {
  const make = logger.child as unknown as MakeChild;
  const redacting: MakeChild = function (bindings, options) {
    return make.call(this, redact(bindings), options);
  };
  logger.child = redacting as unknown as Logger['child'];
  return logger;
}

/** Colours also through a pipe, since the development tool passes the lines on to a terminal; names only without one. */
function look(): PrettyLook {
  return { colour: !process.env['NO_COLOR'], named: process.stdout.isTTY === true };
}
