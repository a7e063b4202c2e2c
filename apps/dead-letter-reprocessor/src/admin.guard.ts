import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';

/** Injection token of the operator's bearer token; without one only this machine is let in (development only). */
export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Lets in requests that carry the operator's bearer token. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(@Inject(ADMIN_TOKEN) private readonly token: string | undefined) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.token === undefined && LOOPBACK.test(request.ip)) return true;
    const { authorization } = request.headers;
    const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (given && this.token && timingSafeEqual(digest(given), digest(this.token))) return true;
    throw new UnauthorizedException('This needs the header Authorization: Bearer with the value of ADMIN_TOKEN.');
  }
}

/** Equal length for the comparison in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
