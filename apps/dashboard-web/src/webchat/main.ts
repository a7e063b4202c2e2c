import { byId, isAtEnd, setText } from '../dom.js';
import { ChatLog } from './chat-log.js';
import { ChatView } from './chat-view.js';
import { LineStream } from './line-stream.js';
import { Outbox } from './outbox.js';
import { tabMemory } from './outbox-memory.js';
import { postMessage } from './post-message.js';
import { visitorId } from './visitor.js';

/** The guest's chat page. `?property=` chooses the house, `demo` without it. */
const property = new URLSearchParams(location.search).get('property') ?? 'demo';
const visitor = visitorId();
const log = new ChatLog();
const view = new ChatView();
const input = byId<HTMLTextAreaElement>('message');

const outbox = new Outbox(
  (message) => postMessage(property, visitor, message),
  tabMemory(`switchboard.outbox.${property}`),
  {
    onAccepted: ({ messageId }) => mark(messageId, 'taken'),
    onRefused: ({ messageId }, detail) => mark(messageId, 'refused', detail),
    onDelayed: ({ messageId }) => mark(messageId, 'delayed'),
  },
  (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
);

const stream = new LineStream(
  `webchat/${encodeURIComponent(property)}/stream?visitorId=${encodeURIComponent(visitor)}`,
  {
    onLine(line) {
      log.enter(line);
      view.render(log);
    },
    onLink(connected) {
      byId('link').dataset['state'] = connected ? 'live' : 'waiting';
      setText(byId('link-label'), connected ? 'Online' : 'Reconnecting');
    },
  },
);

function mark(...change: Parameters<ChatLog['mark']>): void {
  log.mark(...change);
  view.render(log);
}

function submit(): void {
  const text = input.value.trim();
  if (text === '') return;
  input.value = '';
  grow();
  log.write(outbox.add(text));
  view.render(log);
  byId('chat-scroll').scrollTop = byId('chat-scroll').scrollHeight;
}

/** The box grows with the text, up to the height its style allows. */
function grow(): void {
  const box = byId('chat-scroll');
  const stay = isAtEnd(box);
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight + 2}px`;
  if (stay) box.scrollTop = box.scrollHeight;
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
  input.focus();
});
input.addEventListener('input', grow);
input.addEventListener('keydown', (event) => {
  // While an input method composes a character, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
setText(byId('property'), property);
for (const message of outbox.left) log.write(message);
view.render(log);
// An answer that does not come is not promised for ever.
setInterval(() => view.render(log), 30_000);
void outbox.send();
stream.start();
