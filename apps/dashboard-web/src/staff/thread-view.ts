import { timeElement } from '../clock.js';
import { byId, isAtEnd, make, setText } from '../dom.js';
import { showCare } from './care-badge.js';
import { channelNames } from './channel-names.js';
import { type Conversation, hasFailed, type Line, titleOf } from './conversation-book.js';

const authors = { guest: 'Guest', bot: 'Agent', human: 'Staff' } as const;
const states = {
  received: '',
  'on its way': 'On its way',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not delivered',
  dead: 'Failed',
} as const;

/** The chosen conversation: its lines, oldest first, and how far each has come. */
export class ThreadView {
  private readonly box = byId('thread-scroll');
  private readonly list = byId('thread-lines');
  private readonly rows = new Map<string, HTMLLIElement>();
  private shownId: string | undefined;

  /** Shows a conversation, or the invitation to choose one. */
  render(conversation: Conversation | undefined): void {
    byId('thread').hidden = conversation === undefined;
    byId('thread-empty').hidden = conversation !== undefined;
    if (!conversation) return this.clear(undefined);
    const another = conversation.id !== this.shownId;
    if (another) this.clear(conversation.id);
    const stay = another || isAtEnd(this.box);
    setText(byId('thread-title'), titleOf(conversation));
    setText(byId('thread-about'), aboutOf(conversation));
    showCare(byId('thread-care'), conversation);
    this.renderLines(conversation.lines);
    if (stay) this.box.scrollTop = this.box.scrollHeight;
  }

  private renderLines(lines: readonly Line[]): void {
    const wanted = new Set(lines.map(({ messageId }) => messageId));
    for (const [id, row] of this.rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    for (const line of lines) {
      const row = this.rows.get(line.messageId) ?? this.add(line);
      if (row.dataset['state'] === line.state) continue;
      row.dataset['state'] = line.state;
      row.querySelector('.line-text')?.replaceChildren(line.text || 'No text');
      row.querySelector('.line-foot')?.replaceChildren(...footOf(line));
    }
  }

  private add(line: Line): HTMLLIElement {
    const row = make('li', 'line');
    row.dataset['from'] = line.from;
    const bubble = make('div', 'bubble');
    bubble.append(make('span', 'line-author', authors[line.from]), make('p', 'line-text', line.text || 'No text'));
    row.append(bubble, make('div', 'line-foot'));
    this.rows.set(line.messageId, row);
    this.list.append(row);
    return row;
  }

  private clear(nextId: string | undefined): void {
    this.shownId = nextId;
    this.rows.clear();
    this.list.replaceChildren();
  }
}

function footOf(line: Line): Node[] {
  const parts: Node[] = [timeElement(line.timestamp)];
  if (line.answers > 1) parts.push(make('span', '', `Answers ${line.answers} messages`));
  if (states[line.state]) parts.push(make('span', 'line-state', states[line.state]));
  if (hasFailed(line) && line.reason) parts.push(make('span', 'line-reason', line.reason));
  return parts;
}

function aboutOf(conversation: Conversation): string {
  const count = conversation.lines.length;
  return `${channelNames[conversation.channel] ?? conversation.channel}, ${count} ${count === 1 ? 'message' : 'messages'}`;
}
