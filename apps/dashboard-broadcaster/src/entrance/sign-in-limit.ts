import rateLimit from '@fastify/rate-limit';
import { HttpException } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

/** Wrong tokens of one address in this time before it has to wait. */
export const signInLimit = { wrongTokens: 10, windowMs: 60_000 } as const;

/** Addresses remembered at most; the oldest give way. */
const MOST_ADDRESSES = 5_000;
const PRIVATE = /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)|^::1$|^f[cd]|^fe80:/i;

class TooManyWrongTokens extends HttpException {
  constructor(readonly retryAfterMs: number) {
    super('Too many wrong tokens came from this address; wait before you try again.', 429);
  }
}

/** Lets nobody guess the staff's token: an address that showed too many wrong ones waits, whatever it shows next. */
export async function limitSignIns(server: FastifyInstance): Promise<void> {
  await server.register(rateLimit, { global: false, cache: MOST_ADDRESSES });
  const { wrongTokens: max, windowMs: timeWindow } = signInLimit;
  const wrong = server.createRateLimit({ max, timeWindow, keyGenerator: addressOf });
  // After the body has come and right before it is judged: requests sent at once must not all pass the same look.
  server.addHook('preHandler', async (request) => {
    if (!isSignIn(request)) return;
    const seen = await wrong(request, { increment: false });
    if (!seen.isAllowed && seen.remaining === 0) throw new TooManyWrongTokens(seen.ttl);
  });
  server.addHook('onSend', async (request, reply) => {
    if (isSignIn(request) && reply.statusCode === 401) await wrong(request);
  });
}

function isSignIn({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'POST' && routeOptions.url === '/api/session';
}

/**
 * Behind a proxy all connections come from it; the last entry of the header is the address it saw. From elsewhere the
 * header is what a client likes to write.
 */
function addressOf({ socket, headers }: FastifyRequest): string {
  const peer = socket.remoteAddress ?? '';
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return forwarded && PRIVATE.test(peer) ? forwarded : peer;
}
