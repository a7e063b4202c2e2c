import type { ConversationUpdate } from '@switchboard/message-schema';

/** How far a message has come: replies are on their way until the provider took them. */
export type LineState = 'received' | 'on its way' | 'sent' | 'dead';

/** One message of a conversation. */
export interface Line {
  readonly messageId: string;
  from: 'guest' | 'bot' | 'human';
  text: string;
  timestamp: string;
  state: LineState;
  /** Why it became a dead letter. */
  reason: string | undefined;
  /** Guest messages this line answers. */
  answers: number;
}

/** One conversation as far as this page knows it. */
export interface Conversation {
  readonly id: string;
  readonly channel: ConversationUpdate['channel'];
  guestName: string | undefined;
  readonly lines: Line[];
  /** Time of the newest line. */
  lastAt: string;
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
    if (update.guestName) conversation.guestName = update.guestName;
    const line = conversation.lines.find(({ messageId }) => messageId === update.messageId);
    if (line) change(line, update);
    else this.append(conversation, update, isNews);
    return conversation;
  }

  /** All conversations, newest first. */
  ordered(): Conversation[] {
    return [...this.conversations.values()].sort((a, b) => Date.parse(b.lastAt) - Date.parse(a.lastAt));
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

  private begin(update: ConversationUpdate): Conversation {
    if (this.conversations.size >= MAX_CONVERSATIONS) {
      const oldest = this.ordered().at(-1);
      if (oldest) this.conversations.delete(oldest.id);
    }
    const conversation: Conversation = {
      id: update.conversationId,
      channel: update.channel,
      guestName: undefined,
      lines: [],
      lastAt: update.timestamp,
      unread: 0,
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
export function hasDeadLetter(conversation: Conversation): boolean {
  return conversation.lines.some(({ state }) => state === 'dead');
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

function change(line: Line, update: ConversationUpdate): void {
  if (update.kind === 'delivery.sent') {
    line.state = 'sent';
    line.reason = undefined;
  } else if (update.kind === 'dead.letter') {
    line.state = 'dead';
    line.reason = update.reason;
  }
  if (line.text === '' && update.text) line.text = update.text;
}
