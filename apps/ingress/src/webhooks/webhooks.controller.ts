import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  type RawBodyRequest,
  Req,
  UnauthorizedException,
} from '@nestjs/common';
import { answerHandshake, channels, type Verdict } from '@switchboard/channels';
import { WebhookMetrics } from '@switchboard/metrics';
import { PropertyDirectory } from '@switchboard/service-kit';
import { type FastifyRequest } from 'fastify';
import { SourceLimits } from '../http/source-limits.js';
import { type Receipt } from '../intake.js';
import { DescribeHandshake, DescribeWebhook } from '../openapi/describe-webhooks.js';
import { Routing, type WebhookKind, type WebhookSource } from './routing.js';

/** Receives providers' webhooks: who sent it, what does it hold, is it safely stored; only then 200. */
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly properties: PropertyDirectory,
    private readonly routing: Routing,
    private readonly limits: SourceLimits,
    private readonly metrics: WebhookMetrics,
  ) {}

  @Post('chatwoot/:source')
  @HttpCode(200)
  @DescribeWebhook('chatwoot')
  chatwoot(@Param('source') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Body() body: unknown) {
    return this.receive('chatwoot', id, request, body);
  }

  @Post('whatsapp/:source')
  @HttpCode(200)
  @DescribeWebhook('whatsapp')
  whatsapp(@Param('source') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Body() body: unknown) {
    return this.receive('whatsapp', id, request, body);
  }

  @Post('standard/:source')
  @HttpCode(200)
  @DescribeWebhook('standard')
  standard(@Param('source') id: string, @Req() request: RawBodyRequest<FastifyRequest>, @Body() body: unknown) {
    return this.receive('standard', id, request, body);
  }

  /** Meta checks the address of a webhook before it uses it. */
  @Get('whatsapp/:source')
  @Header('content-type', 'text/plain; charset=utf-8')
  @DescribeHandshake()
  handshake(@Param('source') id: string, @Query() query: Record<string, unknown>): string {
    const source = this.properties.sourceOf('whatsapp', id);
    if (!source) throw unknownSource('whatsapp');
    const verdict = answerHandshake(query, source.verifyTokens);
    if (!verdict.ok) throw new ForbiddenException(`The webhook is not verified: ${verdict.reason}.`);
    return verdict.challenge;
  }

  private receive(
    kind: WebhookKind,
    id: string,
    request: RawBodyRequest<FastifyRequest>,
    body: unknown,
  ): Promise<Receipt> {
    const source: WebhookSource | undefined = this.properties.sourceOf(kind, id);
    if (!source) throw unknownSource(kind);
    const verdict = this.verify(source, request);
    if (!verdict.ok)
      throw new UnauthorizedException(`The request is not signed as this source demands: ${verdict.reason}.`);
    this.limits.take(source);
    const parsed = channels[kind].parse(body, {
      propertyId: source.propertyId,
      source: source.id,
      receivedAt: new Date(),
      ...(verdict.deliveryId ? { deliveryId: verdict.deliveryId } : {}),
    });
    this.metrics.ignoredItems(kind, parsed.ignored);
    return this.routing.take(source, parsed, request.id);
  }

  private verify(source: WebhookSource, { rawBody, headers, query }: RawBodyRequest<FastifyRequest>): Verdict {
    const { token } = query as { token?: unknown };
    const signed = {
      rawBody: rawBody ?? Buffer.alloc(0),
      headers,
      nowMs: Date.now(),
      ...(typeof token === 'string' ? { urlToken: token } : {}),
    };
    return channels[source.kind].verify(signed, source);
  }
}

function unknownSource(kind: WebhookKind): NotFoundException {
  return new NotFoundException(`There is no ${kind} source of this name; sources are named in PROPERTIES_FILE.`);
}
