import { randomBytes } from 'node:crypto';
import { FakeProvider, jsonObject, type ProviderAnswer, type ProviderRequest } from './fake-provider.js';
import { type FailWith } from './fault-plan.js';

/** A message WhatsApp took for delivery. */
export interface WhatsAppMessage {
  /** `wamid.…` */
  readonly id: string;
  readonly phoneNumberId: string;
  /** Phone number or user id of the guest. */
  readonly to: string;
  readonly body: string;
  /** The message this one answers. */
  readonly contextMessageId?: string;
  /** `biz_opaque_callback_data`: the sender's own id of the message. */
  readonly callbackData?: string;
  readonly correlationId?: string;
}

export interface FakeWhatsAppOptions {
  /** A free port when absent. */
  readonly port?: number;
  /** The accepted bearer token. */
  readonly token?: string;
}

export type FakeWhatsApp = FakeProvider<WhatsAppMessage>;

const ROUTE = /^\/v\d+\.\d+\/([^/]+)\/messages$/;
const MAX_BODY_LENGTH = 4_096;

/** HTTP statuses that Meta's codes come with; 400 for all others. Senders are to decide on the code alone. */
const STATUS_OF_CODE: Readonly<Record<number, number>> = {
  0: 401,
  1: 500,
  2: 503,
  3: 500,
  10: 403,
  190: 401,
  368: 403,
  130429: 429,
  131000: 500,
  131005: 403,
  131016: 503,
  131031: 403,
};

function graphError(code: number, message: string, status = STATUS_OF_CODE[code] ?? 400): ProviderAnswer {
  const error = {
    message: `(#${code}) ${message}`,
    type: 'OAuthException',
    code,
    error_data: { messaging_product: 'whatsapp', details: message },
    fbtrace_id: randomBytes(8).toString('hex'),
  };
  return { status, json: { error } };
}

function faultOf(body: Record<string, unknown> | undefined): string | undefined {
  if (!body) return 'The request body is not valid JSON.';
  if (body['messaging_product'] !== 'whatsapp') return 'The parameter messaging_product is required.';
  const to = body['to'] ?? body['recipient'];
  if (typeof to !== 'string' || to === '') return 'The parameter to is required.';
  if (body['to'] !== undefined && !/^\+?\d{5,20}$/.test(to)) return 'Param to is not a valid phone number.';
  if (body['type'] !== 'text') return 'Param type must be one of {TEXT}.';
  const text = (body['text'] as { body?: unknown } | undefined)?.body;
  if (typeof text !== 'string' || text === '') return 'The parameter text.body is required.';
  if (text.length > MAX_BODY_LENGTH) {
    return `Param text['body'] must be at most ${MAX_BODY_LENGTH} characters long.`;
  }
  return undefined;
}

function messageOf(phoneNumberId: string, body: Record<string, unknown>, request: ProviderRequest): WhatsAppMessage {
  return {
    id: `wamid.${randomBytes(24).toString('base64url')}`,
    phoneNumberId,
    to: (body['to'] ?? body['recipient']) as string,
    body: (body['text'] as { body: string }).body,
    contextMessageId: (body['context'] as { message_id?: string } | undefined)?.message_id,
    callbackData: body['biz_opaque_callback_data'] as string | undefined,
    correlationId: request.headers['x-correlation-id'] as string | undefined,
  };
}

function answer(message: WhatsAppMessage): ProviderAnswer {
  const contact = /^\+?\d+$/.test(message.to)
    ? { input: message.to, wa_id: message.to.replace('+', '') }
    : { input: message.to, user_id: message.to };
  return {
    status: 200,
    json: {
      messaging_product: 'whatsapp',
      contacts: [contact],
      messages: [{ id: message.id, message_status: 'accepted' }],
    },
  };
}

function fail({ status, code }: FailWith): ProviderAnswer {
  if (code !== undefined) return graphError(code, 'planned failure', status);
  if (status === 429) return graphError(130429, 'planned failure', status);
  if (status === undefined || status >= 500) return graphError(131000, 'planned failure', status);
  return graphError(100, 'planned failure', status);
}

/**
 * Starts a WhatsApp Cloud API that knows one call, sending a text message. Like the real one it has no idempotency:
 * a message sent twice is there twice.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
 */
export async function startFakeWhatsApp(options: FakeWhatsAppOptions = {}): Promise<FakeWhatsApp> {
  const token = options.token ?? 'dev-token';

  const check = (request: ProviderRequest) => {
    const route = ROUTE.exec(request.path);
    if (request.method !== 'POST' || !route) return { refuse: graphError(2500, 'Unknown path components.') };
    if (request.headers.authorization !== `Bearer ${token}`) {
      return { refuse: graphError(190, 'Invalid OAuth access token - Cannot parse access token') };
    }
    const body = jsonObject(request.body);
    const fault = faultOf(body);
    if (fault || !body) return { refuse: graphError(100, fault ?? '') };
    return { accept: messageOf(route[1] as string, body, request) };
  };

  return FakeProvider.start<WhatsAppMessage>({ check, answer, fail }, options.port);
}
