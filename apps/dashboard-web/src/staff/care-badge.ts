import { setText } from '../dom.js';
import { type Conversation } from './conversation-book.js';

/** Shows on a badge in whose care a conversation is; hides it where the provider tells nothing of it. */
export function showCare(badge: HTMLElement, { care }: Conversation): void {
  badge.hidden = care === undefined;
  if (!care) return;
  const resting = care.status === 'resolved' || care.status === 'snoozed' ? care.status : undefined;
  const state = resting ?? (care.assigned ? 'staff' : 'nobody');
  badge.dataset['care'] = state;
  setText(badge, labels[state]);
}

const labels = {
  resolved: 'Resolved',
  snoozed: 'Snoozed',
  staff: 'Staff assigned',
  nobody: 'Nobody assigned',
} as const;
