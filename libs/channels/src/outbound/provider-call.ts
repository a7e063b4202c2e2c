import { cappedJson } from './capped-body.js';
import { ProviderError } from './provider-error.js';
import { retryAfterMs } from './retry-after.js';
import { type SendContext } from './send-context.js';
import { watchSending } from './send-progress.js';

/** An answer's body beyond this is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface ProviderCall {
  readonly url: URL;
  /** Beside content type and correlation id. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: something is asked for with GET. */
  readonly body?: string;
  /** An answer's body beyond this is not read; 64 KiB by default. */
  readonly maxAnswerBytes?: number;
  /** Whether the provider takes a repeated message only once. */
  readonly idempotent: boolean;
}

export interface ProviderAnswer {
  readonly ok: boolean;
  readonly status: number;
  /** Parsed body; undefined when it is no JSON, too long or broken off. */
  readonly json: unknown;
  readonly providerWaitMs?: number;
}

/** @throws ProviderError for an address that cannot be used; its text may hold secrets and is not repeated. */
export function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!usable) throw new ProviderError('BAD_PROVIDER_URL', 'stop');
  return url;
}

/** A header value may hold only some characters; `fetch` would repeat a bad one, perhaps a token, in its error. */
function headersOf(call: ProviderCall, { correlationId, traceHeaders }: SendContext): Headers {
  try {
    return new Headers({
      ...traceHeaders,
      ...call.headers,
      'content-type': 'application/json',
      'x-correlation-id': correlationId.replace(/[^\x21-\x7e]/g, '_'),
    });
  } catch {
    throw new ProviderError('BAD_CREDENTIALS', 'stop');
  }
}

/** Ends a call at its time limit or at the caller's wish, whichever comes first. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  timedOut = false;

  constructor(
    timeoutMs: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#controller.abort();
    }, timeoutMs);
    outer?.addEventListener('abort', this.#give);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#give);
  }

  readonly #give = () => this.#controller.abort();
}

function codeOf(deadline: Deadline): string {
  if (deadline.timedOut) return 'TIMEOUT';
  return deadline.signal.aborted ? 'ABORTED' : 'CONNECTION_LOST';
}

/**
 * Posts JSON to a provider, or asks it for something, and reads its answer. Redirects are not followed: a provider's API has none, and a token
 * must not travel elsewhere.
 *
 * @throws ProviderError when no answer came: `transient` (`NOT_REACHED`, `ABORTED`) when certainly nothing was
 * sent, else `unknown` (`TIMEOUT`, `ABORTED`, `CONNECTION_LOST`), which is `transient` for an idempotent call.
 */
export async function callProvider(call: ProviderCall, context: SendContext): Promise<ProviderAnswer> {
  const headers = headersOf(call, context);
  if (context.signal?.aborted) throw new ProviderError('ABORTED', 'transient');
  const deadline = new Deadline(context.timeoutMs, context.signal);
  const method = call.body === undefined ? 'GET' : 'POST';
  const request = { method, headers, body: call.body, redirect: 'manual', signal: deadline.signal } as const;
  const sending = watchSending(() => fetch(call.url, request));
  try {
    const response = await sending.result;
    return {
      ok: response.ok,
      status: response.status,
      json: await cappedJson(response, call.maxAnswerBytes ?? MAX_ANSWER_BYTES),
      providerWaitMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    };
  } catch (cause) {
    if (sending.neverSent()) throw new ProviderError('NOT_REACHED', 'transient', { cause });
    throw new ProviderError(codeOf(deadline), call.idempotent ? 'transient' : 'unknown', { cause });
  } finally {
    deadline.clear();
  }
}
