import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { check } from '@switchboard/message-schema';
import { DeadLetterStore, StreamReplay } from '@switchboard/redis-transport';
import { type Logger, SERVICE_LOG } from '@switchboard/service-kit';
import { AdminGuard } from './admin.guard.js';
import { StreamReplayRequest } from './streams.requests.js';

export interface StreamReplayReport {
  readonly stream: string;
  readonly group: string;
  readonly from: string;
}

/** Lets one consumer group read a stream again from a time or an entry on. */
@Controller('streams')
@UseGuards(AdminGuard)
export class StreamsController {
  constructor(
    private readonly streams: StreamReplay,
    private readonly letters: DeadLetterStore,
    @Inject(SERVICE_LOG) private readonly log: Logger,
  ) {}

  /** The streams and the groups that read them. */
  @Get()
  async list(): Promise<{ items: { stream: string; groups: string[] }[] }> {
    const streams = [...this.letters.streams];
    return { items: await Promise.all(streams.map(async (stream) => ({ stream, groups: await this.groups(stream) }))) };
  }

  @Post(':stream/groups/:group/replay')
  @HttpCode(200)
  async replay(
    @Param('stream') stream: string,
    @Param('group') group: string,
    @Body() body: unknown,
  ): Promise<StreamReplayReport> {
    const { from } = check(StreamReplayRequest, body);
    const groups = await this.groups(stream);
    if (!groups.includes(group)) {
      throw new NotFoundException(`No group ${group} reads ${stream}; there are: ${groups.join(', ') || 'none yet'}.`);
    }
    await this.streams.replay(stream, group, momentOrId(from));
    this.log.warn({ stream, group, from }, 'a group reads its stream again');
    return { stream, group, from };
  }

  private groups(stream: string): Promise<string[]> {
    if (this.letters.streams.includes(stream)) return this.streams.groups(stream);
    throw new NotFoundException(`There is no stream ${stream}; there are ${this.letters.streams.join(', ')}.`);
  }
}

function momentOrId(from: string): Date | string {
  if (!from.includes('T')) return from;
  const moment = new Date(from);
  if (Number.isNaN(moment.getTime())) throw new BadRequestException('from: there is no such time.');
  return moment;
}
