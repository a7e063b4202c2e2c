import { type FastifyInstance } from 'fastify';
import { type SiteFile } from './static-site.js';

/** Nothing from elsewhere, nothing inline, in no foreign frame. `connect-src 'self'` covers the WebSocket too. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Browsers keep the files and ask each time whether they are still the same.
  'cache-control': 'no-cache',
} as const;

/** Adds a route for each file of a site. */
export function serveSite(server: FastifyInstance, files: readonly SiteFile[]): void {
  for (const { path, body, contentType, etag } of files) {
    server.get(path, (request, reply) => {
      void reply.headers({ ...headers, etag });
      if (request.headers['if-none-match'] === etag) return reply.status(304).send();
      return reply.header('content-type', contentType).send(body);
    });
  }
}
