import { isUtf8 } from 'node:buffer';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

/**
 * Refuses bodies that are no JSON by their own account (415) before they are read, and such that are not UTF-8 (400).
 * Forms and plain text must not pass: browsers send both to foreign addresses without asking first.
 */
export function acceptOnlyJson(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    if (request.method === 'POST') checkHeaders(request);
  });
  server.addHook('preValidation', async (request) => {
    const { rawBody } = request as FastifyRequest & { rawBody?: Buffer };
    if (rawBody && !isUtf8(rawBody)) throw new BadRequestException('The body is not UTF-8.');
  });
}

function checkHeaders({ headers }: FastifyRequest): void {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new UnsupportedMediaTypeException('The content type must be application/json.');
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new UnsupportedMediaTypeException('Compressed bodies are not accepted.');
  }
}
