import { Controller, Get, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { HealthRegistry, type Readiness } from './health-registry.js';

/** For probes: alive while this process answers, ready while it can do its work. */
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  /** Says nothing of Redis or others: restarting this process would not bring them back. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    void reply.status(readiness.status === 'ready' ? 200 : 503).header('cache-control', 'no-store');
    return readiness;
  }
}
