import { type Logger } from '../logging/logger.js';
import { type TracingSettings } from '../settings/tracing-group.js';
import { type StopTracing } from './export-spans.js';

/**
 * Lets this process's spans go to a collector. Without settings nothing is loaded, and what would make spans meets
 * OpenTelemetry's own no-op.
 */
export async function startTracing(
  service: string,
  settings: TracingSettings | undefined,
  log: Logger,
): Promise<StopTracing> {
  if (settings === undefined) return () => Promise.resolve();
  const { exportSpans } = await import('./export-spans.js');
  return exportSpans(service, settings, log);
}
