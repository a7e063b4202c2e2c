import { FakeProvider, jsonObject, type ProviderRequest } from './fake-provider.js';
import { signStandard, unixSeconds } from './sign.js';

/** A webhook that was delivered. */
export interface ReceivedWebhook {
  /** `webhook-id`; the same again when the sender retried. */
  readonly id: string;
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly correlationId?: string;
}

export interface FakeWebhookReceiverOptions {
  /** A free port when absent. */
  readonly port?: number;
  /** `whsec_…` secret with which requests must be signed; unsigned ones are taken when absent. */
  readonly secret?: string;
}

export type FakeWebhookReceiver = FakeProvider<ReceivedWebhook>;

const TOLERANCE_SECONDS = 300;

function isSigned(request: ProviderRequest, secret: string): boolean {
  const id = String(request.headers['webhook-id']);
  const timestamp = Number(request.headers['webhook-timestamp']);
  if (!(Math.abs(unixSeconds() - timestamp) <= TOLERANCE_SECONDS)) return false;
  const expected = signStandard(id, timestamp, request.body, secret)['webhook-signature'] ?? '';
  return String(request.headers['webhook-signature']).split(' ').includes(expected);
}

/**
 * Starts a receiver of Standard Webhooks that takes a POST on any path and answers 204. It keeps every delivery, so
 * that retries can be counted by their `webhook-id`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function startFakeWebhookReceiver(options: FakeWebhookReceiverOptions = {}): Promise<FakeWebhookReceiver> {
  const check = (request: ProviderRequest) => {
    const id = request.headers['webhook-id'];
    if (request.method !== 'POST') return { refuse: { status: 405 } };
    if (typeof id !== 'string') return { refuse: { status: 400, json: { error: 'webhook-id is missing' } } };
    if (options.secret !== undefined && !isSigned(request, options.secret)) {
      return { refuse: { status: 401, json: { error: 'signature does not fit' } } };
    }
    const payload = jsonObject(request.body);
    if (!payload) return { refuse: { status: 400, json: { error: 'body is not a JSON object' } } };
    const correlationId = request.headers['x-correlation-id'] as string | undefined;
    return { accept: { id, path: request.path, payload, correlationId } };
  };

  return FakeProvider.start<ReceivedWebhook>(
    { check, answer: () => ({ status: 204 }), fail: ({ status = 500 }) => ({ status }) },
    options.port,
  );
}
