import { type SpooledMessage } from './spooled-message.js';
import { bytesOf, type ConversationCount } from './spool-file.js';

/** What the spool holds or is about to hold, counted in memory: by conversation and in all. */
export class SpoolLedger {
  private readonly conversations = new Map<string, number>();
  private count = 0;
  private size = 0;

  /** Waiting messages. */
  get messages(): number {
    return this.count;
  }

  /** What they take, and what was put aside takes, bytes. */
  get bytes(): number {
    return this.size;
  }

  holds(conversation: string): boolean {
    return this.conversations.has(conversation);
  }

  add(messages: readonly SpooledMessage[]): void {
    for (const message of messages) this.change(message.conversation, 1, bytesOf(message));
  }

  remove(messages: readonly SpooledMessage[]): void {
    for (const message of messages) this.change(message.conversation, -1, -bytesOf(message));
  }

  /** Takes the place of everything that was counted. */
  replace(census: readonly ConversationCount[], asideBytes: number): void {
    this.conversations.clear();
    this.count = 0;
    this.size = asideBytes;
    for (const { conversation, messages, bytes } of census) this.change(conversation, messages, bytes);
  }

  /** A message that was put aside still takes its place on the disk. */
  putAside(message: SpooledMessage): void {
    this.change(message.conversation, -1, 0);
  }

  private change(conversation: string, messages: number, bytes: number): void {
    const left = (this.conversations.get(conversation) ?? 0) + messages;
    if (left > 0) this.conversations.set(conversation, left);
    else this.conversations.delete(conversation);
    this.count += messages;
    this.size += bytes;
  }
}
