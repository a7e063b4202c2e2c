import { byId, setText } from '../dom.js';
import { ConversationBook } from './conversation-book.js';
import { EntryForm } from './entry-form.js';
import { LinkBadge } from './link-badge.js';
import { ListView } from './list-view.js';
import { LiveFeed } from './live-feed.js';
import { currentSession, RefusedError, type Session, signIn, signOut } from './session.js';
import { ThreadView } from './thread-view.js';

/** The staff page: signs in, follows the feed, and shows what the book knows. */
const book = new ConversationBook();
const badge = new LinkBadge(byId('link'), byId('link-label'));
const thread = new ThreadView();
const list = new ListView(byId('conversations'), choose);
const entry = new EntryForm(enter);
const feed = new LiveFeed({
  onUpdate(update, isNews) {
    book.enter(update, isNews);
    renderSoon();
  },
  onReset() {
    book.forgetAll();
    renderSoon();
  },
  onLink: (state) => badge.show(state),
  onSignedOut: () => leave('Your session has ended. Sign in again.'),
});
let renderDue = false;

/** The chosen conversation lives in the address, so that the browser's back button works. */
function chosenId(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}

function choose(id: string): void {
  location.hash = encodeURIComponent(id);
}

function renderSoon(): void {
  if (renderDue) return;
  renderDue = true;
  requestAnimationFrame(() => {
    renderDue = false;
    render();
  });
}

function render(): void {
  const chosen = book.find(chosenId());
  if (chosen && document.visibilityState === 'visible') book.markRead(chosen.id);
  const conversations = book.ordered();
  list.render(conversations, chosen?.id);
  thread.render(chosen);
  byId('list-empty').hidden = conversations.length > 0;
  byId('board').classList.toggle('has-choice', chosen !== undefined);
  const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  setText(byId('unread-total'), unread > 0 ? `${unread} unread` : '');
  document.title = unread > 0 ? `(${unread}) Switchboard` : 'Switchboard';
}

function enter(session: Session): void {
  entry.hide();
  setText(byId('property'), session.propertyId);
  for (const id of ['board', 'property', 'link', 'sign-out']) byId(id).hidden = false;
  feed.start();
  renderSoon();
}

function leave(message?: string): void {
  feed.stop();
  book.forgetAll();
  for (const id of ['board', 'property', 'link', 'sign-out']) byId(id).hidden = true;
  render();
  entry.show(message);
}

/** Without a session the demo is tried first; it is open only on the machine that runs it. */
async function begin(): Promise<void> {
  try {
    enter((await currentSession()) ?? (await signIn({})));
  } catch (error) {
    entry.show(error instanceof RefusedError ? '' : 'The server cannot be reached now. Try again in a moment.');
  }
}

function back(): void {
  const id = chosenId();
  history.replaceState(null, '', location.pathname + location.search);
  render();
  list.focus(id);
}

byId('thread-back').addEventListener('click', back);
byId('thread').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') back();
});
byId('sign-out').addEventListener('click', () => {
  signOut().then(
    () => leave(),
    () => leave('The server cannot be reached now; the session ends there by itself.'),
  );
});
window.addEventListener('hashchange', render);
window.addEventListener('online', () => feed.hurry());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  feed.hurry();
  renderSoon();
});
void begin();
