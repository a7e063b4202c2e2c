import { FakeProvider, jsonObject, type ProviderAnswer, type ProviderRequest } from './fake-provider.js';
import { type FailWith } from './fault-plan.js';

/** A message Chatwoot took into a conversation. */
export interface ChatwootMessage {
  /** Chatwoot's own id, growing. */
  readonly id: number;
  readonly accountId: number;
  /** Display id of the conversation. */
  readonly conversationId: number;
  readonly content: string;
  readonly messageType: 'incoming' | 'outgoing';
  readonly private: boolean;
  readonly echoId?: string;
  readonly contentAttributes?: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly correlationId?: string;
}

export interface FakeChatwootOptions {
  /** A free port when absent. */
  readonly port?: number;
  /** The accepted `api_access_token`. */
  readonly token?: string;
  /** The token is an agent bot's, which may write messages and not list them. */
  readonly bot?: boolean;
}

export type FakeChatwoot = FakeProvider<ChatwootMessage>;

const ROUTE = /^\/api\/v1\/accounts\/(\d+)\/conversations\/(\d+)\/messages$/;
/** Messages on one page, the newest last. */
const PAGE = 20;
const MAX_CONTENT_LENGTH = 150_000;

function refuse(status: number, json: object): { refuse: ProviderAnswer } {
  return { refuse: { status, json } };
}

function refusalOfToken(given: string | string[] | undefined, token: string): { refuse: ProviderAnswer } | undefined {
  if (given === undefined) return refuse(401, { errors: ['You need to sign in or sign up before continuing.'] });
  return given === token ? undefined : refuse(401, { error: 'Invalid Access Token' });
}

function refusalOfBody(body: Record<string, unknown> | undefined): { refuse: ProviderAnswer } | undefined {
  if (!body) return refuse(400, { status: 400, error: 'Bad Request' });
  const { content, message_type: type } = body;
  if (typeof content !== 'string' || content === '') {
    return refuse(422, { message: "Content can't be blank", attributes: ['content'] });
  }
  if (content.length > MAX_CONTENT_LENGTH) {
    const message = `Content is too long (maximum is ${MAX_CONTENT_LENGTH} characters)`;
    return refuse(422, { message, attributes: ['content'] });
  }
  if (type !== undefined && type !== 'outgoing' && type !== 'incoming') {
    return refuse(422, { error: `'${String(type)}' is not a valid message_type` });
  }
  return undefined;
}

/** Chatwoot does not keep the echo id. */
function listed(message: ChatwootMessage): object {
  return { ...(answer(message).json as object), echo_id: undefined };
}

function answer(message: ChatwootMessage): ProviderAnswer {
  return {
    status: 200,
    json: {
      id: message.id,
      content: message.content,
      inbox_id: 1,
      echo_id: message.echoId ?? null,
      conversation_id: message.conversationId,
      message_type: message.messageType === 'incoming' ? 0 : 1,
      content_type: 'text',
      content_attributes: message.contentAttributes ?? {},
      created_at: message.createdAt,
      private: message.private,
      sender: { id: 1, name: 'Switchboard', type: 'agent_bot' },
    },
  };
}

function fail({ status = 500 }: FailWith): ProviderAnswer {
  return { status, json: status === 429 ? { error: 'Retry later' } : { status, error: 'planned failure' } };
}

/**
 * Starts a Chatwoot that knows two calls, "create message" and "get messages". Like the real one it has no idempotency: a message sent
 * twice is there twice.
 * @see https://developers.chatwoot.com/api-reference/messages/create-new-message
 */
export async function startFakeChatwoot(options: FakeChatwootOptions = {}): Promise<FakeChatwoot> {
  const token = options.token ?? 'dev-token';
  let lastId = 1_000;

  const check = (request: ProviderRequest) => {
    const route = ROUTE.exec(request.path);
    if (request.method !== 'POST' || !route) return refuse(404, { error: 'Resource could not be found' });
    const body = jsonObject(request.body);
    const refusal = refusalOfToken(request.headers['api_access_token'], token) ?? refusalOfBody(body);
    if (refusal || !body) return refusal ?? refuse(400, {});
    const accept: ChatwootMessage = {
      id: (lastId += 1),
      accountId: Number(route[1]),
      conversationId: Number(route[2]),
      content: body['content'] as string,
      messageType: body['message_type'] === 'incoming' ? 'incoming' : 'outgoing',
      private: body['private'] === true,
      contentAttributes: body['content_attributes'] as Record<string, unknown> | undefined,
      createdAt: Math.floor(Date.now() / 1_000),
      echoId: typeof body['echo_id'] === 'string' ? body['echo_id'] : undefined,
      correlationId: request.headers['x-correlation-id'] as string | undefined,
    };
    return { accept };
  };

  const look = (request: ProviderRequest, received: readonly ChatwootMessage[]): ProviderAnswer | undefined => {
    const { pathname, searchParams } = new URL(request.path, 'http://localhost');
    const route = ROUTE.exec(pathname);
    if (request.method !== 'GET' || !route) return undefined;
    if (options.bot) return { status: 401, json: { error: 'Access to this endpoint is not authorized for bots' } };
    const refusal = refusalOfToken(request.headers['api_access_token'], token);
    if (refusal) return refusal.refuse;
    const before = Number(searchParams.get('before') ?? Infinity);
    const [accountId, conversationId] = [Number(route[1]), Number(route[2])];
    const there = received.filter(
      (message) => message.accountId === accountId && message.conversationId === conversationId && message.id < before,
    );
    return { status: 200, json: { meta: {}, payload: there.slice(-PAGE).map(listed) } };
  };

  return FakeProvider.start<ChatwootMessage>({ look, check, answer, fail }, options.port);
}
