import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { HttpException } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply } from 'fastify';
import { isCorrelationId, runWithCorrelation } from '../logging/correlation.js';
import { type Logger } from '../logging/logger.js';
import { problemOf } from './problem.js';
import { traceRequests } from './request-spans.js';
import { endSilentConnections } from './silent-connections.js';

const CORRELATION_HEADER = 'x-correlation-id';

/** Limits against slow and idle clients. Idle connections outlive those of the usual load balancers (60 s). */
const timeLimits = { requestTimeout: 30_000, keepAliveTimeout: 65_000, headersTimeout: 10_000, checkEachMs: 5_000 };

/** Time between two looks for connections that have nothing to do any more while the server stops. */
const SWEEP_MS = 50;

export interface HttpServerOptions {
  readonly bodyLimitBytes: number;
  /** Every request gets a span. */
  readonly traced: boolean;
  /** What a request starts runs under its correlation id. */
  readonly ambientCorrelation: boolean;
}

/** The HTTP server of a service: limits, correlation ids, a line for each answer, and an end that waits for no client. */
export function createHttpServer(
  { bodyLimitBytes, traced, ambientCorrelation }: HttpServerOptions,
  logger: Logger,
  stopping: AbortSignal,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: timeLimits.requestTimeout,
    keepAliveTimeout: timeLimits.keepAliveTimeout,
    http: { headersTimeout: timeLimits.headersTimeout, connectionsCheckingInterval: timeLimits.checkEachMs },
    genReqId: correlationIdOf,
    requestIdHeader: false,
    frameworkErrors: (error: unknown, _request: unknown, reply: FastifyReply) => answerProblem(reply, error),
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  correlate(server, ambientCorrelation);
  if (traced) traceRequests(server);
  logAnswers(server, logger);
  letGo(server, stopping);
  endSilentConnections(server);
  return adapter;
}

function correlationIdOf({ headers }: IncomingMessage | { headers: Record<string, unknown> }): string {
  const given = headers[CORRELATION_HEADER];
  return isCorrelationId(given) ? given : randomUUID();
}

/** Errors that come before any route is found, such as an address that cannot be decoded. */
function answerProblem(reply: FastifyReply, error: unknown): void {
  const { status } = problemOf(error).problem;
  const { problem } = problemOf(new HttpException('The address or its header lines are not valid.', status));
  void reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/**
 * The request's id is its correlation id: it goes back to the client and, when it is ambient, holds for all that the request
 * starts. Fastify itself keeps the context while it reads a body.
 */
function correlate(server: FastifyInstance, ambient: boolean): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header(CORRELATION_HEADER, request.id);
    if (ambient) runWithCorrelation(request.id, done);
    else done();
  });
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

/**
 * Closing waits for the requests under way, and then, for keepAliveTimeout, for the connections they came on: Node
 * closes only those that are idle when closing begins. Answers given from then on end their connections; what was
 * written past Fastify is swept up.
 */
function letGo(server: FastifyInstance, stopping: AbortSignal): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.aborted) void reply.header('connection', 'close');
    done(null, payload);
  });
  stopping.addEventListener('abort', () => {
    const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS);
    server.server.once('close', () => clearInterval(sweep));
    sweep.unref();
  });
}
