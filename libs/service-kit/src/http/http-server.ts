import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { isCorrelationId, runWithCorrelation } from '../logging/correlation.js';
import { type Logger } from '../logging/logger.js';

const CORRELATION_HEADER = 'x-correlation-id';

/** Limits against slow and idle clients. Idle connections outlive those of the usual load balancers (60 s). */
const timeLimits = { requestTimeout: 30_000, keepAliveTimeout: 65_000, headersTimeout: 10_000, checkEachMs: 5_000 };

/** The HTTP server of a service: limits, correlation ids and a line for each answer. */
export function createHttpServer(bodyLimitBytes: number, logger: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: timeLimits.requestTimeout,
    keepAliveTimeout: timeLimits.keepAliveTimeout,
    http: { headersTimeout: timeLimits.headersTimeout, connectionsCheckingInterval: timeLimits.checkEachMs },
    genReqId: correlationIdOf,
    requestIdHeader: false,
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  correlate(server);
  logAnswers(server, logger);
  return adapter;
}

function correlationIdOf({ headers }: IncomingMessage | { headers: Record<string, unknown> }): string {
  const given = headers[CORRELATION_HEADER];
  return isCorrelationId(given) ? given : randomUUID();
}

/** The request's id is its correlation id: it goes back to the client and holds for all that the request starts. */
function correlate(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header(CORRELATION_HEADER, request.id);
    runWithCorrelation(request.id, done);
  });
  // Reading a body ends in a callback of the socket, which knows nothing of the context that began the reading.
  server.addHook('preValidation', (request, _reply, done) => runWithCorrelation(request.id, done));
}

function logAnswers(server: FastifyInstance, logger: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const level = statusCode >= 500 && statusCode !== 503 ? 'warn' : 'debug';
    if (logger.isLevelEnabled(level)) {
      const route = request.routeOptions.url ?? 'unknown';
      const durationMs = Math.round(reply.elapsedTime);
      logger[level]({ correlationId: request.id, method: request.method, route, statusCode, durationMs }, 'answered');
    }
    done();
  });
}
