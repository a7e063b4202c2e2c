import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { currentCorrelationId } from './correlation.js';
import { prettyLines } from './pretty-lines.js';
import { redact } from './redaction.js';

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
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact, bindings: redact },
      // Errors have been made safe by then; pino's own serializer would add to them.
      serializers: { err: (error: unknown) => error },
      mixin: () => {
        const correlationId = currentCorrelationId();
        return correlationId === undefined ? {} : { correlationId };
      },
    },
    pretty ? prettyLines(service, output) : output,
  );
}
