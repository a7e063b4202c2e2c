import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { type ProviderAnswer } from '../provider-call.js';
import { ProviderError } from '../provider-error.js';
import { retryAfterMs } from '../retry-after.js';
import { type SendContext } from '../send-context.js';
import { AddressRefused, guardedLookup } from './guarded-lookup.js';
import { type CallRules, faultOfUrl, hostOf } from './call-rules.js';

/** Of an answer's body so much is read before it is cut off; nothing in it is used. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_SOCKETS = 64;

/** Connections are kept apart, so that one which private rules allowed never serves a call under public ones. */
const agents = {
  public: { https: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }) },
  private: {
    http: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  },
};
const toPublicHosts = guardedLookup();

export interface GuardedCall {
  readonly url: URL;
  /** Beside content type and correlation id. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly rules: CallRules;
  /** For tests; by default the system's, with every address judged. */
  readonly lookup?: RequestOptions['lookup'];
}

function optionsOf({ url, headers, body, rules, lookup }: GuardedCall, context: SendContext): RequestOptions {
  const secure = url.protocol === 'https:';
  const own = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-correlation-id': context.correlationId.replace(/[^\x21-\x7e]/g, '_'),
  };
  return {
    method: 'POST',
    protocol: url.protocol,
    hostname: hostOf(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...context.traceHeaders, ...headers, ...own },
    agent: rules.network === 'public' ? agents.public.https : secure ? agents.private.https : agents.private.http,
    ...(lookup ? { lookup } : rules.network === 'public' ? { lookup: toPublicHosts } : {}),
  };
}

/** Reads what comes until its end or the limit, and lets go of the rest. */
async function readAway(response: IncomingMessage): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) return;
    }
  } catch {
    // The status has been read; a body that breaks off changes nothing.
  } finally {
    response.destroy();
  }
}

/** What went wrong, for an idempotent call: all of it may be tried again but a refused address. */
function failureOf(cause: unknown, state: { sent: boolean; timedOut: boolean; aborted: boolean }): ProviderError {
  if (cause instanceof AddressRefused) return new ProviderError(cause.code, 'stop');
  if (!state.sent) return new ProviderError('NOT_REACHED', 'transient', { cause });
  return new ProviderError(state.timedOut ? 'TIMEOUT' : state.aborted ? 'ABORTED' : 'CONNECTION_LOST', 'transient', {
    cause,
  });
}

/**
 * Posts JSON to an address that a customer chose, under rules that keep it from reaching what only we can reach: the
 * host's addresses are judged when the connection is made, redirects are not followed, and nothing of an answer but its
 * status and Retry-After is used. The receiver must tell repetitions.
 *
 * @throws ProviderError `stop` (`HTTPS_REQUIRED`, `PORT_REFUSED`, `ADDRESS_REFUSED`, `BAD_CREDENTIALS`) when the rules or
 * the headers forbid the call, `transient` (`NOT_REACHED`, `TIMEOUT`, `ABORTED`, `CONNECTION_LOST`) when no answer came.
 */
export async function callGuarded(call: GuardedCall, context: SendContext): Promise<ProviderAnswer> {
  const fault = faultOfUrl(call.url, call.rules);
  if (fault) throw new ProviderError(fault, 'stop');
  if (context.signal?.aborted) throw new ProviderError('ABORTED', 'transient');
  const state = { sent: false, timedOut: false, aborted: false };
  const request = requestOf(call, context);
  const end = (how: 'timedOut' | 'aborted') => () => {
    state[how] = true;
    request.destroy(new Error('ended early'));
  };
  const timer = setTimeout(end('timedOut'), context.timeoutMs);
  const giveUp = end('aborted');
  context.signal?.addEventListener('abort', giveUp);
  request.once('finish', () => (state.sent = true));
  try {
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end(call.body);
    const [response] = await answered;
    const { statusCode: status = 0, headers } = response;
    await readAway(response);
    const providerWaitMs = retryAfterMs(headers['retry-after'] ?? null, Date.now());
    return {
      ok: status >= 200 && status < 300,
      status,
      json: undefined,
      ...(providerWaitMs !== undefined && { providerWaitMs }),
    };
  } catch (cause) {
    throw failureOf(cause, state);
  } finally {
    clearTimeout(timer);
    context.signal?.removeEventListener('abort', giveUp);
  }
}

/** A header value may hold only some characters; node:http would repeat a bad one, perhaps a secret, in its error. */
function requestOf(call: GuardedCall, context: SendContext) {
  try {
    const options = optionsOf(call, context);
    return call.url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
  } catch {
    throw new ProviderError('BAD_CREDENTIALS', 'stop');
  }
}
