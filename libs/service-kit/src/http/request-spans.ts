import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { beginSpan } from '../tracing/span.js';
import { traceContextOf } from '../tracing/trace-context.js';

/** Probes and scrapes come every few seconds and say nothing. */
const UNTRACED = /^\/(?:health\/|metrics$)/;

/**
 * A span for each request, which continues the trace its `traceparent` names. Neither path nor query is told: both may
 * hold ids of guests.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && UNTRACED.test(route)) return done();
    const parent = traceContextOf(request.headers);
    const span = beginSpan(route ? `${request.method} ${route}` : request.method, optionsOf(request, route), parent);
    reply.raw.once('close', () => {
      if (reply.raw.headersSent) span.setAttribute('http.response.status_code', reply.raw.statusCode);
      if (reply.raw.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(parent, span), done);
  });
}

function optionsOf({ method, protocol }: FastifyRequest, route: string | undefined) {
  const attributes = {
    'http.request.method': method,
    'url.scheme': protocol,
    ...(route === undefined ? {} : { 'http.route': route }),
  };
  return { kind: SpanKind.SERVER, attributes };
}
