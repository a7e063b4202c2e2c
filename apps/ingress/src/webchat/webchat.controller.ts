import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import { channels, webchatSourceId } from '@switchboard/channels';
import { check } from '@switchboard/message-schema';
import { ChannelMetrics } from '@switchboard/metrics';
import { PropertyDirectory, type WebchatSource } from '@switchboard/service-kit';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Intake } from '../intake.js';
import { DescribeLines, DescribeWebchatPost } from '../openapi/describe-webchat.js';
import { isCursor } from './cursor.js';
import { EventStream } from './event-stream.js';
import { LineReader } from './line-reader.js';
import { VisitorQuery } from './visitor-query.js';

/** Injection token of the signal that says that the service is stopping. */
export const STOPPING = Symbol('STOPPING');

export interface WebchatReceipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** The web chat: visitors post messages and see their conversation as Server-Sent Events. */
@Controller('webchat/:property')
export class WebchatController {
  private readonly open = new Set<EventStream>();

  constructor(
    private readonly properties: PropertyDirectory,
    private readonly intake: Intake,
    private readonly reader: LineReader,
    private readonly metrics: ChannelMetrics,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {
    // Visitors reconnect by themselves, with their cursor.
    stopping.addEventListener('abort', () => this.open.forEach((stream) => stream.end()), { once: true });
  }

  @Post('messages')
  @HttpCode(202)
  @DescribeWebchatPost()
  async post(
    @Param('property') propertyId: string,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<WebchatReceipt> {
    const source = this.sourceOf(propertyId);
    const { drafts } = channels.webchat.parse(body, { propertyId, source: source.id, receivedAt: new Date() });
    const receipt = await this.intake.take(drafts, request.id);
    return { id: drafts[0]?.guestMessage.providerMessageId ?? '', duplicate: receipt.duplicates > 0 };
  }

  @Get('stream')
  @DescribeLines()
  stream(
    @Param('property') propertyId: string,
    @Query() query: Record<string, unknown>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    this.sourceOf(propertyId);
    const { visitorId } = check(VisitorQuery, { ...query });
    if (lastEventId && !isCursor(lastEventId)) {
      throw new BadRequestException('Last-Event-ID must be the id of an event of this stream.');
    }
    if (this.stopping.aborted) throw new ServiceUnavailableException('The service is stopping.');
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream(this.reader, { propertyId, visitorId }, reply.raw, lastEventId || '0-0');
    this.open.add(stream);
    this.metrics.joined('webchat');
    stream.open({
      sent: () => this.metrics.sent('webchat'),
      ended: () => {
        this.open.delete(stream);
        this.metrics.left('webchat');
      },
    });
  }

  private sourceOf(propertyId: string): WebchatSource {
    const source = this.properties.sourceOf('webchat', webchatSourceId(propertyId));
    if (!source) throw new NotFoundException('There is no web chat of this property.');
    return source;
  }
}
