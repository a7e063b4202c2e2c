import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from '../logging/logger.js';
import { problemOf } from './problem.js';

/** Answers every error as `application/problem+json`; logs those that are this service's own. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { problem, retryAfterSeconds, unexpected } = problemOf(error);
    if (unexpected) this.log(error, http.getRequest<FastifyRequest>());
    if (reply.raw.headersSent) {
      // An event stream is under way: the only answer left is to end it.
      reply.raw.destroy();
      return;
    }
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }

  private log(error: unknown, request: FastifyRequest): void {
    const route = request.routeOptions?.url ?? 'unknown';
    this.logger.error({ correlationId: request.id, err: error, method: request.method, route }, 'a request failed');
  }
}
