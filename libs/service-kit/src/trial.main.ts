import { Controller, Get, Post, Body, Module, HttpException } from '@nestjs/common';
import { startService } from './index.js';
import { setTimeout as wait } from 'node:timers/promises';

@Controller()
class Trial {
  @Get('slow') async slow() { await wait(1500); return { ok: true }; }
  @Post('echo') echo(@Body() body: unknown) { return body; }
  @Get('boom') boom() { throw new Error('secret stuff'); }
  @Get('later') later() { throw Object.assign(new Error('x'), { retryAfterMs: 1500 }); }
  @Get('tea') tea() { throw new HttpException('short and stout', 418); }
}
@Module({ controllers: [Trial] }) class TrialModule {}
await startService({ name: 'trial', settings: ['REDIS', 'PROPERTIES', 'BATCH_QUIET_MS'], defaults: { PORT: 3999 }, module: () => TrialModule });
