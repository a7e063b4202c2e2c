import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A message as the API lists it: the direction is a number, the time whole seconds. */
export interface ArchivedMessage {
  readonly id: number;
  readonly content: string;
  readonly conversation_id: number;
  readonly message_type: 0 | 1 | 2 | 3;
  readonly created_at: number;
  readonly private: boolean;
  readonly content_type: string;
  readonly content_attributes: object;
  readonly sender: object;
}

export interface SayOptions {
  readonly account?: number;
  readonly messageType?: ArchivedMessage['message_type'];
  /** Seconds since 1970; by default now. */
  readonly at?: number;
}

const CONVERSATIONS_PER_PAGE = 25;
const MESSAGES_AFTER = 100;
const LATEST_MESSAGES = 20;
const LIST = /^\/api\/v1\/accounts\/(\d+)\/conversations$/;
const MESSAGES = /^\/api\/v1\/accounts\/(\d+)\/conversations\/(\d+)\/messages$/;

/**
 * A Chatwoot that remembers conversations and hands them out page by page, as the calls "conversations list" and "get
 * messages" are documented. Messages of all accounts are numbered in one row.
 * @see https://developers.chatwoot.com/api-reference/conversations/conversations-list
 */
export class FakeChatwootArchive {
  /** By account and conversation. */
  private readonly said = new Map<string, ArchivedMessage[]>();
  private readonly failures: { readonly status: number; readonly retryAfter?: number }[] = [];
  private lastId = 500;
  /** Paths that were asked for, with their queries. */
  readonly asked: string[] = [];
  /** Conversations that a person of the staff is assigned to. */
  readonly assigned = new Set<number>();

  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  static async start(token = 'dev-token'): Promise<FakeChatwootArchive> {
    const server = createServer();
    const fake = new FakeChatwootArchive(server, token);
    server.on('request', (request, response) => fake.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Somebody says something; nobody is told of it. */
  say(conversation: number, content: string, options: SayOptions = {}): ArchivedMessage {
    const { account = 1, messageType = 0, at = Math.floor(Date.now() / 1_000) } = options;
    const message: ArchivedMessage = {
      id: (this.lastId += 1),
      content,
      conversation_id: conversation,
      message_type: messageType,
      created_at: at,
      private: false,
      content_type: 'text',
      content_attributes: {},
      sender: { id: 7, name: 'Ada Guest', type: messageType === 0 ? 'contact' : 'user' },
    };
    const key = `${account}/${conversation}`;
    this.said.set(key, [...(this.said.get(key) ?? []), message]);
    return message;
  }

  /** The coming `n` requests are refused. */
  failNext(n: number, status: number, retryAfter?: number): void {
    for (let i = 0; i < n; i += 1) this.failures.push({ status, ...(retryAfter !== undefined && { retryAfter }) });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const failure = this.failures.shift();
    if (failure) {
      if (failure.retryAfter !== undefined) response.setHeader('retry-after', String(failure.retryAfter));
      return answer(response, failure.status, { error: 'planned failure' });
    }
    if (request.headers['api_access_token'] !== this.token) {
      return answer(response, 401, { error: 'Invalid Access Token' });
    }
    const list = LIST.exec(pathname);
    if (list) return answer(response, 200, this.list(Number(list[1]), searchParams));
    const messages = MESSAGES.exec(pathname);
    if (messages) return answer(response, 200, this.messages(`${messages[1]}/${messages[2]}`, searchParams));
    answer(response, 404, { error: 'Resource could not be found' });
  }

  /** Without `status=all` only open conversations are listed; here all are open. */
  private list(account: number, query: URLSearchParams): object {
    const conversations = [...this.said].filter(([key]) => key.startsWith(`${account}/`)).map(([, said]) => said);
    const newestFirst = conversations.sort((a, b) => activityOf(b) - activityOf(a));
    const from = (Number(query.get('page') ?? 1) - 1) * CONVERSATIONS_PER_PAGE;
    const payload = newestFirst.slice(from, from + CONVERSATIONS_PER_PAGE).map((said) => {
      const last = said.at(-1) as ArchivedMessage;
      return {
        id: last.conversation_id,
        account_id: account,
        inbox_id: 4,
        status: 'open',
        messages: [last],
        meta: {
          sender: { id: 7, name: 'Ada Guest' },
          channel: 'Channel::Api',
          ...(this.assigned.has(last.conversation_id) && { assignee: { id: 3, name: 'Eve' } }),
          hmac_verified: false,
        },
        timestamp: last.created_at,
        last_activity_at: last.created_at,
      };
    });
    return { data: { meta: { all_count: conversations.length }, payload } };
  }

  private messages(key: string, query: URLSearchParams): object {
    const said = this.said.get(key) ?? [];
    const after = query.get('after');
    const payload =
      after === null
        ? said.slice(-LATEST_MESSAGES)
        : said.filter(({ id }) => id > Number(after)).slice(0, MESSAGES_AFTER);
    return { meta: { labels: [], contact_id: 7 }, payload };
  }
}

function activityOf(said: readonly ArchivedMessage[]): number {
  const last = said.at(-1);
  return last ? last.created_at * 1e9 + last.id : 0;
}

function answer(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(json));
}
