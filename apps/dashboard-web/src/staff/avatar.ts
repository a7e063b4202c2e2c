import { make } from '../dom.js';
import { type Conversation, titleOf } from './conversation-book.js';

/** A round mark that makes a conversation easy to find again: initials on a colour that follows from its id. */
export function avatarOf(conversation: Conversation): HTMLElement {
  const avatar = make('span', 'avatar', initialsOf(conversation));
  avatar.setAttribute('aria-hidden', 'true');
  avatar.style.setProperty('--hue', String(hueOf(conversation.id)));
  return avatar;
}

function initialsOf(conversation: Conversation): string {
  const words = (conversation.guestName ?? '').split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return titleOf(conversation).slice(-2).toUpperCase();
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return `${[...first][0] ?? ''}${[...last][0] ?? ''}`.toUpperCase();
}

function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 360;
}
