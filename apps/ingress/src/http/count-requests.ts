import { type ChannelKind, channelKinds } from '@switchboard/message-schema';
import { type WebhookMetrics, type WebhookOutcome } from '@switchboard/metrics';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

/**
 * Counts what becomes of requests that bring messages of guests, also of those the server itself refuses: body too
 * large, wrong type, no JSON. Must come before the hooks that refuse.
 */
export function countRequests(server: FastifyInstance, metrics: WebhookMetrics): void {
  server.addHook('onRequest', (request, reply, done) => {
    const channel = request.method === 'POST' ? channelOf(request) : undefined;
    if (channel) {
      const startedAtMs = performance.now();
      reply.raw.once('close', () => {
        const outcome = reply.raw.headersSent ? outcomeOf(reply.raw.statusCode) : 'failed';
        metrics.answered(channel, outcome, performance.now() - startedAtMs);
      });
    }
    done();
  });
}

/** The route names the channel; what a client can choose never becomes a label. */
function channelOf({ routeOptions }: FastifyRequest): ChannelKind | undefined {
  const segments = (routeOptions.url ?? '').split('/');
  return channelKinds.find((kind) => segments.includes(kind));
}

const outcomes: Readonly<Record<number, WebhookOutcome>> = {
  400: 'invalid',
  401: 'unsigned',
  404: 'unknown-source',
  413: 'too-large',
  415: 'wrong-type',
  429: 'limited',
  503: 'unavailable',
};

function outcomeOf(status: number): WebhookOutcome {
  return outcomes[status] ?? (status < 300 ? 'accepted' : 'failed');
}
