import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { check } from '@switchboard/message-schema';
import { type DeadLetterPage, type ListedDeadLetter } from '@switchboard/redis-transport';
import { AdminGuard } from './admin.guard.js';
import { DeadLettersService, type ReplayReport } from './dead-letters.service.js';
import { EditRequest, ListRequest, ReplayRequest } from './dead-letters.requests.js';

const DEFAULT_LIMIT = 50;

/** List, read, edit, replay and discard dead letters. */
@Controller('dead-letters')
@UseGuards(AdminGuard)
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLettersService) {}

  @Get()
  list(@Query() query: Record<string, unknown>): Promise<DeadLetterPage> {
    const { limit, ...rest } = check(ListRequest, { ...query });
    return this.deadLetters.list({ ...rest, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) });
  }

  @Post('replay')
  @HttpCode(200)
  replayAll(@Body() body: unknown): Promise<ReplayReport> {
    return this.deadLetters.replayAll(check(ReplayRequest, body).ids);
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<ListedDeadLetter> {
    return this.deadLetters.find(id);
  }

  @Post(':id/replay')
  @HttpCode(200)
  async replay(@Param('id') id: string): Promise<ReplayReport> {
    await this.deadLetters.replay(id);
    return { replayed: [id], missing: [], unreadable: [] };
  }

  @Patch(':id')
  edit(@Param('id') id: string, @Body() body: unknown): Promise<ListedDeadLetter> {
    return this.deadLetters.edit(id, check(EditRequest, body).payload);
  }

  @Delete(':id')
  @HttpCode(204)
  discard(@Param('id') id: string): Promise<void> {
    return this.deadLetters.discard(id);
  }
}
