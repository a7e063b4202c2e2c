import { type Attributes, context, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { inSpan } from './span.js';
import { type TraceHeaders, traceHeaders } from './trace-context.js';
import { isTracing } from './tracing-switch.js';

/** A call of another system as it is seen from inside. */
export interface TracedCall {
  /** Of a small closed set. */
  readonly name: string;
  readonly attributes?: Attributes;
}

/** Runs a step within this process. */
export function stepSpan<T>({ name, attributes = {} }: TracedCall, work: () => Promise<T>): Promise<T> {
  if (!isTracing()) return work();
  return inSpan(name, { kind: SpanKind.INTERNAL, attributes }, context.active(), work);
}

/** Runs a call of another service; the request is to carry the headers, and its status may be told. */
export function callSpan<T>(
  { name, attributes = {} }: TracedCall,
  call: (headers: TraceHeaders, answered: (status: number) => void) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return call({}, () => undefined);
  return inSpan(name, { kind: SpanKind.CLIENT, attributes }, context.active(), (span) =>
    call(traceHeaders(), (status) => {
      span.setAttribute('http.response.status_code', status);
      if (status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
    }),
  );
}
