import { cappedJson } from '../outbound/capped-body.js';
import { retryAfterMs } from '../outbound/retry-after.js';
import { JsonFields } from '../inbound/json-fields.js';

/** Messages that one call hands out at most when it is asked for those after an id. */
const MESSAGES_PER_PAGE = 100;
/** A page of conversations carries a message of each; more than this is not read. */
const MAX_ANSWER_BYTES = 16 << 20;

/** Where and as whom the archive is read. */
export interface ArchiveAccess {
  readonly baseUrl: string;
  /** Token of a person: Chatwoot lets no bot list conversations. */
  readonly token: string;
  readonly account: number;
  /** Longest time for one call. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A conversation as the list shows it, newest activity first. */
export interface ArchivedConversation {
  readonly id: number;
  /** When something was last said in it; Chatwoot tells whole seconds. */
  readonly lastActivityMs: number;
  /** Id of its last message; 0 when it has none. */
  readonly lastMessageId: number;
  /** As the API told it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Chatwoot did not hand out what was asked for. Holds no address, token or text. */
export class ArchiveUnavailable extends Error {
  constructor(
    readonly code: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(`Chatwoot does not hand out its archive: ${code}`, options);
    this.name = 'ArchiveUnavailable';
  }
}

/**
 * Reads what was said in the conversations of one account.
 * @see https://developers.chatwoot.com/api-reference/conversations/conversations-list
 * @see https://developers.chatwoot.com/api-reference/messages/get-messages
 */
export class ChatwootArchive {
  constructor(private readonly access: ArchiveAccess) {}

  /** Conversations of every status, newest activity first; empty behind the last page. Pages count from 1. */
  async conversations(page: number): Promise<ArchivedConversation[]> {
    const query = `status=all&assignee_type=all&sort_by=last_activity_at_desc&page=${page}`;
    const answer = JsonFields.of('list of conversations', await this.ask(`conversations?${query}`));
    return answer.child('data').optionalChildren('payload').flatMap(conversationOf);
  }

  /**
   * Messages of a conversation after an id, oldest first, each as the webhook `message_created` would have told it.
   *
   * @param after the id of a message of any conversation: Chatwoot numbers all messages in one row.
   */
  async *messages(conversation: ArchivedConversation, after: number): AsyncGenerator<Record<string, unknown>> {
    let from = after;
    for (;;) {
      const path = `conversations/${conversation.id}/messages?after=${from}`;
      const answer = JsonFields.of('list of messages', await this.ask(path));
      const page = answer.optionalChildren('payload').filter((message) => (message.optionalId('id') ?? 0) > from);
      for (const message of page) yield this.asWebhook(message.whole, conversation);
      if (page.length < MESSAGES_PER_PAGE) return;
      from = Math.max(...page.map((message) => message.optionalId('id') ?? 0));
    }
  }

  private asWebhook(
    message: Readonly<Record<string, unknown>>,
    { raw }: ArchivedConversation,
  ): Record<string, unknown> {
    return { ...message, event: 'message_created', account: { id: this.access.account }, conversation: raw };
  }

  private async ask(path: string): Promise<unknown> {
    const { baseUrl, token, account, timeoutMs, signal } = this.access;
    const url = `${baseUrl.replace(/\/+$/, '')}/api/v1/accounts/${account}/${path}`;
    const limit = AbortSignal.timeout(timeoutMs);
    const ended = signal ? AbortSignal.any([limit, signal]) : limit;
    const response = await fetch(url, {
      headers: { api_access_token: token, accept: 'application/json' },
      redirect: 'manual',
      signal: ended,
    }).catch((cause: unknown) => {
      throw new ArchiveUnavailable(limit.aborted ? 'TIMEOUT' : 'NOT_REACHED', undefined, { cause });
    });
    const body = await cappedJson(response, MAX_ANSWER_BYTES);
    if (!response.ok) {
      throw new ArchiveUnavailable(
        `HTTP_${response.status}`,
        retryAfterMs(response.headers.get('retry-after'), Date.now()),
      );
    }
    if (body === undefined) throw new ArchiveUnavailable('BAD_ANSWER');
    return body;
  }
}

function conversationOf(fields: JsonFields): ArchivedConversation[] {
  const id = fields.optionalId('id');
  const activity = fields.optionalNumber('last_activity_at') ?? fields.optionalNumber('timestamp');
  if (id === undefined || activity === undefined) return [];
  const [last] = fields.optionalChildren('messages');
  const lastMessageId = last?.optionalId('id') ?? 0;
  return [{ id, lastActivityMs: activity * 1_000, lastMessageId, raw: fields.whole }];
}
