import type { WebchatLine } from '@switchboard/message-schema';
import type { Outgoing } from './outbox.js';

/** How far a line of the guest has come; lines of the house are simply there. */
export type ChatState = 'sending' | 'delayed' | 'refused' | 'taken' | 'answered' | 'there';

/** One line of the chat. */
export interface ChatLine {
  /** The guest's message id for own lines, the server's id for others. */
  readonly key: string;
  readonly from: 'guest' | 'bot' | 'human';
  readonly text: string;
  readonly timestamp: string;
  readonly state: ChatState;
  /** Why it was refused. */
  readonly detail?: string;
}

/** How long an answer is announced before it must be thought that none comes. */
const ANSWER_EXPECTED_MS = 120_000;

/**
 * What the chat shows: the guest's own lines at once, before the server has them, and what the server tells. The server's
 * copy of an own line carries the guest's message id as the last part of its id and takes the place of the first.
 */
export class ChatLog {
  private readonly byKey = new Map<string, ChatLine>();

  lines(): ChatLine[] {
    return [...this.byKey.values()];
  }

  /** True while something the guest said lately has no answer yet. */
  awaitsAnswer(nowMs = Date.now()): boolean {
    return this.lines().some(
      ({ state, timestamp }) => state === 'taken' && nowMs - Date.parse(timestamp) < ANSWER_EXPECTED_MS,
    );
  }

  /** A line of the guest that is on its way. */
  write({ messageId, text, timestamp }: Outgoing): void {
    if (!this.byKey.has(messageId)) this.put({ key: messageId, from: 'guest', text, timestamp, state: 'sending' });
  }

  /** Changes how far an own line has come; never back from an answer. */
  mark(messageId: string, state: ChatState, detail?: string): void {
    const line = this.byKey.get(messageId);
    if (!line || line.state === 'answered') return;
    this.put({ ...line, state, ...(detail === undefined ? {} : { detail }) });
  }

  /** Enters what the server tells. The same line again changes nothing. */
  enter(line: WebchatLine): void {
    const { from, text, timestamp } = line;
    if (from === 'guest') {
      const key = this.keyOfOwn(line.id);
      const known = this.byKey.get(key)?.state;
      this.put({ key, from, text, timestamp, state: known === 'answered' ? known : 'taken' });
      return;
    }
    this.put({ key: line.id, from, text, timestamp, state: 'there' });
    for (const messageId of line.inReplyTo ?? []) this.mark(messageId, 'answered');
  }

  private keyOfOwn(id: string): string {
    return this.byKey.has(id) ? id : id.slice(id.lastIndexOf(':') + 1);
  }

  private put(line: ChatLine): void {
    this.byKey.set(line.key, line);
  }
}
