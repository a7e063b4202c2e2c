import { createHmac, timingSafeEqual } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { Ajv } from 'ajv';
import fastify, { type FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { WEBHOOK_PATH, WEBHOOK_SECRET } from './webhooks.js';

/**
 * Process with the least that can be done with a webhook of Chatwoot: Fastify, HMAC over the raw body, ajv over what is used,
 * and one XADD of the body, which goes out together with those of the same turn of the event loop. No deduplication, no
 * partitions, no normalising, no audit, no log. Argument: the port of Redis.
 */
const STREAM = 'bench';
const named = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } as const;
const fits = new Ajv().compile<{ id: number; account: { id: number }; conversation: { id: number } }>({
  type: 'object',
  properties: {
    event: { type: 'string' },
    id: { type: 'integer' },
    content: { type: 'string', maxLength: 100_000 },
    message_type: { enum: ['incoming', 'outgoing', 'activity', 'template'] },
    private: { type: 'boolean' },
    created_at: { type: 'string' },
    account: named,
    inbox: named,
    sender: named,
    conversation: named,
  },
  required: ['event', 'id', 'content', 'message_type', 'created_at', 'account', 'conversation'],
});

function isSigned(headers: NodeJS.Dict<string | string[]>, body: Buffer): boolean {
  const { 'x-chatwoot-signature': signature = '', 'x-chatwoot-timestamp': timestamp = '' } = headers;
  const mac = createHmac('sha256', WEBHOOK_SECRET)
    .update(`${String(timestamp)}.`)
    .update(body)
    .digest('hex');
  const expected = Buffer.from(`sha256=${mac}`);
  const given = Buffer.from(String(signature));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function serve(redis: Redis): FastifyInstance {
  const server = fastify();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post(WEBHOOK_PATH, async (request, reply) => {
    const raw = request.body as Buffer;
    if (!isSigned(request.headers, raw)) return reply.status(401).send({ error: 'unsigned' });
    const text = raw.toString();
    const message: unknown = JSON.parse(text);
    if (!fits(message)) return reply.status(400).send({ error: 'invalid' });
    const { id, account, conversation } = message;
    await redis.xadd(STREAM, '*', 'k', conversation.id, 'i', `chatwoot:demo-chatwoot:${account.id}:${id}`, 'd', text);
    return { accepted: 1 };
  });
  return server;
}

const server = serve(new Redis(Number(process.argv[2]), '127.0.0.1', { enableAutoPipelining: true }));
process.once('SIGTERM', () => process.exit(0));
await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: 'listening' }));
