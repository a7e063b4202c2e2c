import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { isTracing } from './tracing-switch.js';

/** Headers that let another service continue the trace; empty while nothing is traced. */
export type TraceHeaders = Readonly<Record<string, string>>;

export function traceHeaders(): TraceHeaders {
  const headers: Record<string, string> = {};
  if (isTracing()) propagation.inject(context.active(), headers);
  return headers;
}

/** The span at hand as a message carries it (W3C Trace Context); undefined while nothing is traced. */
export function currentTraceparent(): string | undefined {
  return traceHeaders()['traceparent'];
}

/** What a message or a request says of the trace it belongs to; without it a new trace begins. */
export function traceContextOf(carrier: object): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}
