import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type Envelope, type GuestMessage } from '@switchboard/message-schema';
import { callSpan } from '@switchboard/service-kit';
import { type Agent, type AgentAnswer } from './agent.js';

export interface HttpAgentSettings {
  readonly url: string;
  readonly token?: string;
  readonly timeoutMs: number;
}

/** Largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 1 << 20;
/** Wait of an agent that has too much to do and does not say for how long. */
const BUSY_WAIT_MS = 1_000;
const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 300_000;

/**
 * Asks an agent behind HTTP: POST `{conversationId, propertyId, messages: [{id, text, timestamp, attachments}]}`, answer
 * 200 `{"text": "…", "agent"?: "…"}`. The header `idempotency-key` is the same for a repeated question.
 */
export class HttpAgent implements Agent {
  private readonly traced;

  constructor(private readonly settings: HttpAgentSettings) {
    const { hostname } = new URL(settings.url);
    this.traced = { name: 'POST', attributes: { 'http.request.method': 'POST', 'server.address': hostname } };
  }

  answer(batch: readonly Envelope<GuestMessage>[], signal: AbortSignal): Promise<AgentAnswer> {
    return callSpan(this.traced, async (traceHeaders, answered) => {
      const response = await fetch(this.settings.url, {
        method: 'POST',
        redirect: 'error',
        headers: { ...this.headers(batch), ...traceHeaders },
        body: JSON.stringify(questionOf(batch)),
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs)]),
      });
      answered(response.status);
      if (!response.ok) throw await refusalOf(response);
      return answerOf(await readLimited(response));
    });
  }

  private headers(batch: readonly Envelope<GuestMessage>[]): Record<string, string> {
    const last = batch[batch.length - 1] as Envelope<GuestMessage>;
    return {
      'content-type': 'application/json',
      'idempotency-key': last.message_id,
      'x-correlation-id': last.correlation_id,
      ...(this.settings.token ? { authorization: `Bearer ${this.settings.token}` } : {}),
    };
  }
}

function questionOf(batch: readonly Envelope<GuestMessage>[]): object {
  const [first] = batch as [Envelope<GuestMessage>];
  return {
    conversationId: first.conversation_id,
    propertyId: first.property_id,
    messages: batch.map(({ message_id, timestamp, payload }) => ({
      id: message_id,
      timestamp,
      text: payload.text,
      attachments: payload.attachments,
      guestName: payload.guestName,
    })),
  };
}

async function refusalOf(response: Response): Promise<Error> {
  await response.body?.cancel();
  const { status } = response;
  const message = `the agent answered ${status}`;
  const waitMs = waitAskedFor(response);
  if (status === 429) return new RetryLater(waitMs ?? BUSY_WAIT_MS, message);
  if (status === 503 && waitMs !== undefined) return new RetryLater(waitMs, message);
  return status >= 400 && status < 500 && status !== 408 ? new Unrecoverable(message) : new Error(message);
}

/** The wait of the Retry-After header, seconds or a date; at least a little, so that a turn is never repeated at once. */
function waitAskedFor({ headers }: Response): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, MIN_WAIT_MS), MAX_WAIT_MS);
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Unrecoverable(`the agent's answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answerOf(body: string): AgentAnswer {
  let value: { text?: unknown; agent?: unknown } | null;
  try {
    value = JSON.parse(body) as { text?: unknown; agent?: unknown } | null;
  } catch {
    throw new Error('the agent answered something that is no JSON');
  }
  if (typeof value?.text !== 'string' || value.text === '') throw new Error('the agent answered without a text');
  return { text: value.text, agent: typeof value.agent === 'string' ? value.agent.slice(0, 256) : 'http' };
}
