import { ForbiddenException, NotFoundException } from '@nestjs/common';
import { webchatSourceId } from '@switchboard/channels';
import { type PropertyDirectory } from '@switchboard/service-kit';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** How long a browser may remember a permission, in seconds. */
const MAX_AGE_S = 600;

/**
 * Lets pages of the origins in a web chat's `allowedOrigins` use it (CORS). Origins are compared as a whole: no
 * wildcards, no parts, never `null`. Pages that this service hands out itself need no permission.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowForeignPages(server: FastifyInstance, properties: PropertyDirectory): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!request.routeOptions.url?.startsWith('/webchat/:property')) return;
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !originsOf(request, properties)?.includes(origin)) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-correlation-id, retry-after',
    });
  });
  for (const path of ['messages', 'stream']) {
    server.options(`/webchat/:property/${path}`, async (request, reply) => preflight(request, reply, properties));
  }
}

function preflight(request: FastifyRequest, reply: FastifyReply, properties: PropertyDirectory): FastifyReply {
  if (!originsOf(request, properties)) throw new NotFoundException('There is no web chat of this property.');
  if (!reply.hasHeader('access-control-allow-origin')) {
    throw new ForbiddenException('Pages of this origin may not use the web chat of this property.');
  }
  return reply
    .status(204)
    .headers({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type, last-event-id, x-correlation-id',
      'access-control-max-age': String(MAX_AGE_S),
    })
    .send();
}

function originsOf({ params }: FastifyRequest, properties: PropertyDirectory): readonly string[] | undefined {
  const { property } = params as { property: string };
  return properties.sourceOf('webchat', webchatSourceId(property))?.allowedOrigins;
}
