import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  type OnModuleDestroy,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { channels, webchatSourceId } from '@switchboard/channels';
import { check } from '@switchboard/message-schema';
import { currentCorrelationId, PropertyDirectory, type WebchatSource } from '@switchboard/service-kit';
import { type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Intake } from '../intake.js';
import { EventStream } from './event-stream.js';
import { LineReader } from './line-reader.js';
import { VisitorQuery } from './visitor-query.js';

const CURSOR = /^\d{1,20}-\d{1,20}$/;

export interface WebchatReceipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** The web chat: visitors post messages and see their conversation as Server-Sent Events. */
@Controller('webchat/:property')
export class WebchatController implements OnModuleDestroy {
  private readonly open = new Set<EventStream>();

  constructor(
    private readonly properties: PropertyDirectory,
    private readonly intake: Intake,
    private readonly reader: LineReader,
  ) {}

  @Post('messages')
  @HttpCode(202)
  async post(@Param('property') propertyId: string, @Body() body: unknown): Promise<WebchatReceipt> {
    const source = this.sourceOf(propertyId);
    const { drafts } = channels.webchat.parse(body, { propertyId, source: source.id, receivedAt: new Date() });
    const receipt = await this.intake.take(drafts, currentCorrelationId() ?? randomUUID());
    return { id: drafts[0]?.guestMessage.providerMessageId ?? '', duplicate: receipt.duplicates > 0 };
  }

  @Get('stream')
  async stream(
    @Param('property') propertyId: string,
    @Query() query: Record<string, unknown>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.sourceOf(propertyId);
    const { visitorId } = check(VisitorQuery, { ...query });
    if (lastEventId && !CURSOR.test(lastEventId)) {
      throw new BadRequestException('Last-Event-ID must be the id of an event of this stream.');
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream(this.reader, { propertyId, visitorId }, reply.raw, lastEventId ?? '0-0');
    this.open.add(stream);
    reply.raw.on('close', () => this.open.delete(stream));
    await stream.open();
  }

  /** Visitors reconnect by themselves, with their cursor. */
  onModuleDestroy(): void {
    for (const stream of this.open) stream.end();
  }

  private sourceOf(propertyId: string): WebchatSource {
    const source = this.properties.sourceOf('webchat', webchatSourceId(propertyId));
    if (!source) throw new NotFoundException(`There is no web chat of a property ${propertyId.slice(0, 64)}.`);
    return source;
  }
}
