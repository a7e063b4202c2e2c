import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type ChannelKind, channelKinds, InvalidMessageError } from '@switchboard/message-schema';
import { WebhookMetrics, type WebhookOutcome } from '@switchboard/metrics';
import { type FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Counts what becomes of requests that bring messages of guests. */
@Injectable()
export class RequestMetricsInterceptor implements NestInterceptor {
  constructor(private readonly metrics: WebhookMetrics) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const channel = channelOf(request);
    if (request.method !== 'POST' || !channel) return next.handle();
    const startedAtMs = performance.now();
    const answered = (outcome: WebhookOutcome): void =>
      this.metrics.answered(channel, outcome, performance.now() - startedAtMs);
    return next
      .handle()
      .pipe(tap({ next: () => answered('accepted'), error: (error: unknown) => answered(outcomeOf(error)) }));
  }
}

/** The route names the channel; what a client can choose never becomes a label. */
function channelOf({ routeOptions }: FastifyRequest): ChannelKind | undefined {
  const segments = (routeOptions.url ?? '').split('/');
  return channelKinds.find((kind) => segments.includes(kind));
}

function outcomeOf(error: unknown): WebhookOutcome {
  if (error instanceof InvalidMessageError) return 'invalid';
  if (error instanceof HttpException) return outcomes[error.getStatus()] ?? 'failed';
  return (error as { code?: unknown } | null)?.code === 'UNAVAILABLE' ? 'unavailable' : 'failed';
}

const outcomes: Readonly<Record<number, WebhookOutcome>> = { 400: 'invalid', 401: 'unsigned', 404: 'unknown-source' };
