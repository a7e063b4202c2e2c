import { timeElement } from '../clock.js';
import { byId, isAtEnd, make } from '../dom.js';
import type { ChatLine, ChatLog } from './chat-log.js';

const states = {
  sending: 'Sending',
  delayed: 'Waiting for the connection',
  refused: 'Not sent',
  taken: 'Sent',
  answered: 'Answered',
  there: '',
} as const;

/** Draws the chat's lines. */
export class ChatView {
  private readonly box = byId('chat-scroll');
  private readonly list = byId('chat-lines');
  private readonly rows = new Map<string, HTMLLIElement>();

  render(log: ChatLog): void {
    const stay = isAtEnd(this.box);
    for (const line of log.lines()) {
      const row = this.rows.get(line.key) ?? this.add(line);
      if (row.dataset['state'] === line.state) continue;
      row.dataset['state'] = line.state;
      row.querySelector('.line-foot')?.replaceChildren(...footOf(line));
    }
    byId('chat-welcome').hidden = this.rows.size > 0;
    byId('typing').hidden = !log.awaitsAnswer();
    if (stay) this.box.scrollTop = this.box.scrollHeight;
  }

  private add(line: ChatLine): HTMLLIElement {
    const row = make('li', 'line');
    row.dataset['from'] = line.from;
    const bubble = make('div', 'bubble');
    bubble.append(make('p', 'line-text', line.text));
    row.append(bubble, make('div', 'line-foot'));
    this.rows.set(line.key, row);
    this.list.append(row);
    return row;
  }
}

function footOf(line: ChatLine): Node[] {
  const parts: Node[] = [timeElement(line.timestamp)];
  if (states[line.state]) parts.push(make('span', 'line-state', states[line.state]));
  if (line.detail) parts.push(make('span', 'line-reason', line.detail));
  return parts;
}
