import { setTime, timeElement } from '../clock.js';
import { make, setText } from '../dom.js';
import { avatarOf } from './avatar.js';
import { showCare } from './care-badge.js';
import { channelNames } from './channel-names.js';
import { type Conversation, hasFailure, titleOf } from './conversation-book.js';

interface Item {
  readonly row: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly time: HTMLTimeElement;
  readonly preview: HTMLElement;
  readonly unread: HTMLElement;
  readonly care: HTMLElement;
  readonly failed: HTMLElement;
}

/** The list of conversations. Rows are kept and moved, so that the focus stays where it is. */
export class ListView {
  private readonly items = new Map<string, Item>();

  constructor(
    private readonly list: HTMLElement,
    private readonly onChosen: (conversationId: string) => void,
  ) {
    list.addEventListener('keydown', (event) => this.moveFocus(event));
  }

  /** Shows these conversations in this order. */
  render(conversations: readonly Conversation[], chosenId: string | undefined): void {
    const wanted = new Set(conversations.map(({ id }) => id));
    for (const [id, { row }] of this.items) {
      if (wanted.has(id)) continue;
      row.remove();
      this.items.delete(id);
    }
    const focused = document.activeElement;
    conversations.forEach((conversation, at) => {
      const item = this.items.get(conversation.id) ?? this.add(conversation);
      fill(item, conversation, conversation.id === chosenId);
      if (this.list.children[at] !== item.row) this.list.insertBefore(item.row, this.list.children[at] ?? null);
    });
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.list.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  /** Puts the focus on a conversation's row. */
  focus(conversationId: string | undefined): void {
    this.items.get(conversationId ?? '')?.button.focus();
  }

  private add(conversation: Conversation): Item {
    const row = make('li', 'row');
    const button = make('button', 'row-button');
    button.type = 'button';
    const name = make('span', 'row-name');
    const time = timeElement(conversation.lastAt);
    const preview = make('span', 'row-preview');
    const unread = make('span', 'row-unread');
    const care = make('span', 'care');
    const failed = make('span', 'row-failed', 'Failed');
    const channel = make('span', 'row-channel', channelNames[conversation.channel] ?? conversation.channel);
    channel.dataset['channel'] = conversation.channel;
    const top = make('span', 'row-top');
    top.append(name, time);
    const middle = make('span', 'row-middle');
    middle.append(preview, unread);
    const marks = make('span', 'row-marks');
    marks.append(channel, care, failed);
    const body = make('span', 'row-body');
    body.append(top, middle, marks);
    button.append(avatarOf(conversation), body);
    button.addEventListener('click', () => this.onChosen(conversation.id));
    row.append(button);
    const item = { row, button, name, time, preview, unread, care, failed };
    this.items.set(conversation.id, item);
    return item;
  }

  private moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.list.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const target = event.key === 'Home' ? buttons[0] : event.key === 'End' ? buttons.at(-1) : buttons[at + (step ?? 0)];
    if ((step === undefined && !['Home', 'End'].includes(event.key)) || at < 0) return;
    event.preventDefault();
    target?.focus();
  }
}

function fill(item: Item, conversation: Conversation, chosen: boolean): void {
  const last = conversation.lines.at(-1);
  setText(item.name, titleOf(conversation));
  setTime(item.time, conversation.lastAt);
  setText(item.preview, last ? `${last.from === 'guest' ? '' : 'Reply: '}${last.text || 'No text'}` : '');
  setText(item.unread, conversation.unread > 0 ? String(Math.min(conversation.unread, 99)) : '');
  item.unread.hidden = conversation.unread === 0;
  item.unread.setAttribute('aria-label', `${conversation.unread} unread`);
  showCare(item.care, conversation);
  item.failed.hidden = !hasFailure(conversation);
  item.row.classList.toggle('is-unread', conversation.unread > 0);
  if (chosen) item.button.setAttribute('aria-current', 'true');
  else item.button.removeAttribute('aria-current');
}
