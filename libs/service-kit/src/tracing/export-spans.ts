import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type Logger } from '../logging/logger.js';
import { type TracingSettings } from '../settings/tracing-group.js';
import { samplerOf } from './sampler.js';
import { switchTracing } from './tracing-switch.js';

/** Sends what is still held, within a time limit, and ends tracing. */
export type StopTracing = () => Promise<void>;

/** Longest time for one call to the collector, and for all of them when the process stops. */
const EXPORT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 3_000;
/** A collector that is away is worth one line in this time. */
const SAY_EVERY_MS = 60_000;

/** Registers OpenTelemetry for this process, so that other libraries' spans join in. */
export function exportSpans(service: string, settings: TracingSettings, log: Logger): StopTracing {
  const { url, headers, serviceName = service, attributes } = settings;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'switchboard',
      ...attributes,
      'service.name': serviceName,
    }),
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  setGlobalErrorHandler(rarely(() => log.warn('spans cannot be handed to the collector and are dropped')));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  switchTracing(true);
  return async () => {
    await within(provider.shutdown(), STOP_TIMEOUT_MS);
    switchTracing(false);
    trace.disable();
    propagation.disable();
    context.disable();
  };
}

/** The collector's own words may repeat headers, so they are left out. */
function rarely(say: () => void): () => void {
  let saidAtMs = -Infinity;
  return () => {
    const nowMs = performance.now();
    if (nowMs - saidAtMs < SAY_EVERY_MS) return;
    saidAtMs = nowMs;
    say();
  };
}

/** A collector that does not answer must not hold up the end of the process. */
async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}
