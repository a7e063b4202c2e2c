import { type FastifyInstance } from 'fastify';
import { type SiteFile } from './static-site.js';

/** Nothing from elsewhere, nothing inline, in no foreign frame. `connect-src 'self'` covers the WebSocket too. */
const ownFilesOnly = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
} as const;

/** Directives of the Content-Security-Policy that a site needs otherwise than usual. */
export type SitePolicy = Partial<Record<keyof typeof ownFilesOnly, string>>;

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Browsers keep the files and ask each time whether they are still the same.
  'cache-control': 'no-cache',
} as const;

/** Adds a route for each file of a site. */
export function serveSite(server: FastifyInstance, files: readonly SiteFile[], policy: SitePolicy = {}): void {
  const directives = Object.entries({ ...ownFilesOnly, ...policy });
  const contentSecurityPolicy = directives.map(([name, value]) => `${name} ${value}`).join('; ');
  for (const { path, body, contentType, etag } of files) {
    server.get(path, (request, reply) => {
      void reply.headers({ ...headers, 'content-security-policy': contentSecurityPolicy, etag });
      if (request.headers['if-none-match'] === etag) return reply.status(304).send();
      return reply.header('content-type', contentType).send(body);
    });
  }
}
