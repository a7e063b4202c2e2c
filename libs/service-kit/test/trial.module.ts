import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Module,
  Param,
  Post,
  type RawBodyRequest,
  Req,
  Res,
} from '@nestjs/common';
import { check } from '@switchboard/message-schema';
import { IsString, Length } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { currentCorrelationId } from '../src/index.js';

class Greeting {
  @IsString()
  @Length(1, 5)
  name!: string;
}

@Controller()
class TrialController {
  @Post('echo')
  @HttpCode(200)
  async echo(@Body() body: unknown, @Req() request: RawBodyRequest<FastifyRequest>) {
    await new Promise(setImmediate);
    return { body, raw: request.rawBody?.toString(), correlationId: currentCorrelationId() };
  }

  @Post('greet')
  greet(@Body() body: unknown) {
    return check(Greeting, body);
  }

  @Get('fails/:how')
  fails(@Param('how') how: string): never {
    if (how === 'asked') throw new BadRequestException('not like this');
    if (how === 'later') throw Object.assign(new Error('canary'), { code: 'UNAVAILABLE', retryAfterMs: 1_500 });
    throw new Error('canary');
  }

  @Get('broken-stream')
  brokenStream(@Res() reply: FastifyReply): void {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write('data: 1\n\n');
    throw new Error('canary');
  }
}

@Module({ controllers: [TrialController] })
export class TrialModule {}
