import type { ConversationUpdate, UpdateKind } from '@switchboard/message-schema';

/**
 * How far a message has come: replies are on their way until the provider took them. A dead letter was given up here;
 * what `failed` was taken by the provider and could not be delivered.
 */
export type LineState = 'received' | 'on its way' | 'sent' | 'delivered' | 'read' | 'failed' | 'dead';

/** One message of a conversation. */
export interface Line {
  readonly messageId: string;
  from: 'guest' | 'bot' | 'human';
  text: string;
  timestamp: string;
  state: LineState;
  /** Why it became a dead letter or could not be delivered. */
  reason: string | undefined;
  /** Guest messages this line answers. */
  answers: number;
}

/** In whose care a conversation is at the provider. */
export interface Care {
  readonly status: ConversationUpdate['status'];
  /** A person of the staff is assigned. */
  readonly assigned: boolean;
  /** The provider's time of the change. */
  readonly at: string;
}

/** One conversation as far as this page knows it. */
export interface Conversation {
  readonly id: string;
  readonly channel: ConversationUpdate['channel'];
  guestName: string | undefined;
  readonly lines: Line[];
  /** Time of the newest line. */
  lastAt: string;
  /** In whose care it is, where the provider tells. */
  care: Care | undefined;
  unread: number;
}

/** Bounds of the page's memory; older ones are forgotten, they are in the audit trail. */
const MAX_CONVERSATIONS = 300;
const MAX_LINES = 300;

/** What the page knows: updates come in, conversations come out, the one with the newest line first. */
export class ConversationBook {
  private readonly conversations = new Map<string, Conversation>();

  /** Enters an update; as news a guest's line counts as unread. The same update again changes nothing. */
  enter(update: ConversationUpdate, isNews: boolean): Conversation {
    const conversation = this.conversations.get(update.conversationId) ?? this.begin(update);
    if (update.kind === 'conversation.status') return changeCare(conversation, update);
    if (update.guestName) conversation.guestName = update.guestName;
    const line = conversation.lines.find(({ messageId }) => messageId === update.messageId);
    if (line) change(line, update);
    else if (isWorthALine(update)) this.append(conversation, update, isNews);
    return conversation;
  }

  /** All conversations of which a message is known, newest first. */
  ordered(): Conversation[] {
    return this.newestFirst().filter(({ lines }) => lines.length > 0);
  }

  find(id: string | undefined): Conversation | undefined {
    return id === undefined ? undefined : this.conversations.get(id);
  }

  markRead(id: string): void {
    const conversation = this.conversations.get(id);
    if (conversation) conversation.unread = 0;
  }

  forgetAll(): void {
    this.conversations.clear();
  }

  private newestFirst(): Conversation[] {
    return [...this.conversations.values()].sort((a, b) => Date.parse(b.lastAt) - Date.parse(a.lastAt));
  }

  private begin(update: ConversationUpdate): Conversation {
    if (this.conversations.size >= MAX_CONVERSATIONS) {
      const oldest = this.newestFirst().at(-1);
      if (oldest) this.conversations.delete(oldest.id);
    }
    const conversation: Conversation = {
      id: update.conversationId,
      channel: update.channel,
      guestName: undefined,
      lines: [],
      lastAt: update.timestamp,
      unread: 0,
      care: undefined,
    };
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  private append(conversation: Conversation, update: ConversationUpdate, isNews: boolean): void {
    const line = lineOf(update);
    conversation.lines.push(line);
    if (conversation.lines.length > MAX_LINES) conversation.lines.shift();
    conversation.lastAt = update.timestamp;
    if (isNews && line.from === 'guest') conversation.unread++;
  }
}

/** True when something in the conversation went wrong for good. */
export function hasFailure(conversation: Conversation): boolean {
  return conversation.lines.some(hasFailed);
}

/** True for a message that its reader will not get unless somebody does something about it. */
export function hasFailed({ state }: Line): boolean {
  return state === 'dead' || state === 'failed';
}

/** Longest id that a person can use, such as a telephone number; of others the beginning is enough. */
const LONGEST_SPOKEN_ID = 16;

/** What to call a conversation: the guest's name, else the last part of its id. */
export function titleOf({ guestName, id }: Conversation): string {
  const last = id.slice(id.lastIndexOf(':') + 1);
  return guestName ?? `Guest ${last.length > LONGEST_SPOKEN_ID ? last.slice(0, 8) : last}`;
}

function lineOf(update: ConversationUpdate): Line {
  const from = update.from ?? (update.kind === 'guest.message' ? 'guest' : 'bot');
  const { messageId, timestamp, text = '' } = update;
  const line: Line = {
    messageId,
    from,
    text,
    timestamp,
    state: from === 'guest' ? 'received' : 'on its way',
    reason: undefined,
    answers: update.inReplyTo?.length ?? 0,
  };
  change(line, update);
  return line;
}

/** Steps of a delivery. They may come in any order and never go back; a failure is final. */
const steps: Partial<Record<UpdateKind, { readonly state: LineState; readonly rank: number }>> = {
  'delivery.sent': { state: 'sent', rank: 1 },
  'delivery.delivered': { state: 'delivered', rank: 2 },
  'delivery.read': { state: 'read', rank: 3 },
  'delivery.failed': { state: 'failed', rank: 4 },
};

function rankOf(state: LineState): number {
  return Object.values(steps).find((step) => step.state === state)?.rank ?? 0;
}

/** That a message unknown here was sent or has arrived is no news; that it did not is, even without its text. */
function isWorthALine({ kind }: ConversationUpdate): boolean {
  return kind === 'delivery.failed' || steps[kind] === undefined;
}

/** Providers may tell of changes in another order than they were made. */
function changeCare(conversation: Conversation, update: ConversationUpdate): Conversation {
  const { status, assigned = false, timestamp: at } = update;
  const known = conversation.care;
  if (!known || Date.parse(at) >= Date.parse(known.at)) conversation.care = { status, assigned, at };
  return conversation;
}

function change(line: Line, update: ConversationUpdate): void {
  const step = steps[update.kind];
  if (step && step.rank > rankOf(line.state)) {
    line.state = step.state;
    line.reason = update.reason;
  } else if (update.kind === 'dead.letter') {
    line.state = 'dead';
    line.reason = update.reason;
  }
  if (line.text === '' && update.text) line.text = update.text;
}
