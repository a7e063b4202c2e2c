import {
  Body,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Post,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import { check } from '@switchboard/message-schema';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Broadcaster } from '../broadcaster.js';
import { isOwnOrigin } from '../entrance/origin.js';
import { cookieOf, expiredCookie, sessionIdIn } from './session-cookie.js';
import { SessionRequest } from './session-request.js';
import { type Session } from './session.js';
import { type EntrySettings, type EntryVerdict, mayEnter } from './staff-entry.js';

/** Injection token of the rules about who may come in. */
export const ENTRY = Symbol('ENTRY');

/** The rules, and the origins whose pages may sign in beside the server's own. */
export interface EntryRules extends EntrySettings {
  readonly allowedOrigins: readonly string[];
}

/** What a browser is told about its session; the id stays in the cookie. */
export interface SessionAnswer {
  readonly propertyId: string;
  readonly expiresInMs: number;
}

/** Sign in, look, sign out. */
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly broadcaster: Broadcaster,
    @Inject(ENTRY) private readonly rules: EntryRules,
  ) {}

  @Post()
  @HttpCode(200)
  async begin(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    this.refuseForeign(request);
    const { token, propertyId } = check(SessionRequest, body ?? {});
    const { headers, socket } = request;
    const verdict = mayEnter({ token, propertyId, headers, remoteAddress: socket.remoteAddress }, this.rules);
    if (!verdict.ok) throw this.refusal(verdict);
    const session = await this.broadcaster.sessions.begin(verdict.propertyId);
    return answer(session, reply, cookieOf(session, this.isSecure(request)));
  }

  /** 204 where there is none: having no session yet is no error. */
  @Get()
  async current(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer | undefined> {
    const session = await this.broadcaster.sessions.find(sessionIdIn(request.headers.cookie));
    if (session) return answer(session, reply);
    void reply.status(204).header('cache-control', 'no-store');
    return undefined;
  }

  @Delete()
  @HttpCode(204)
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.refuseForeign(request);
    const id = sessionIdIn(request.headers.cookie);
    if (id !== undefined) {
      await this.broadcaster.sessions.end(id);
      this.broadcaster.lobby.dismiss(id);
    }
    void reply.header('set-cookie', expiredCookie(this.isSecure(request)));
  }

  private refuseForeign({ headers }: FastifyRequest): void {
    if (isOwnOrigin(headers, this.rules.allowedOrigins, true)) return;
    throw new ForbiddenException('This origin may not sign in.');
  }

  private refusal(verdict: Extract<EntryVerdict, { ok: false }>): Error {
    if (verdict.reason === 'property') return new NotFoundException('There is no such property.');
    return new UnauthorizedException(
      this.rules.token === undefined
        ? 'DASHBOARD_TOKEN is not set, so only the demo may be watched, and only on the machine that runs it.'
        : 'The staff token is missing or not right.',
    );
  }

  /** Whether the browser came over TLS, here or at the proxy before us. */
  private isSecure({ headers }: FastifyRequest): boolean {
    return this.rules.production || headers['x-forwarded-proto'] === 'https';
  }
}

function answer(session: Session, reply: FastifyReply, cookie?: string): SessionAnswer {
  void reply.header('cache-control', 'no-store');
  if (cookie !== undefined) void reply.header('set-cookie', cookie);
  return { propertyId: session.propertyId, expiresInMs: session.expiresAtMs - Date.now() };
}
