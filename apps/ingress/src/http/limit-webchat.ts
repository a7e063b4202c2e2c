import { webchatSourceId } from '@switchboard/channels';
import { type PropertyDirectory } from '@switchboard/service-kit';
import { type FastifyInstance } from 'fastify';
import { type SourceLimits } from './source-limits.js';

/** Keeps the posts of a property's web chat below its rate. Visitors prove nothing, so all posts count. */
export function limitWebchat(server: FastifyInstance, properties: PropertyDirectory, limits: SourceLimits): void {
  server.addHook('preHandler', async ({ method, routeOptions, params }) => {
    if (method !== 'POST' || routeOptions.url !== '/webchat/:property/messages') return;
    const source = properties.sourceOf('webchat', webchatSourceId((params as { property: string }).property));
    if (source) limits.take(source);
  });
}
