import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/** How far one HTTP request got. */
interface Progress {
  /** The HTTP client made the request and will tell of it. */
  begun: boolean;
  /** Its headers went to a socket. */
  sent: boolean;
}

const current = new AsyncLocalStorage<Progress>();
const underWay = new WeakMap<object, Progress>();

/*
 * Node's fetch reports each step of a request on these channels.
 * See https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
subscribe('undici:request:create', (message) => {
  const progress = current.getStore();
  if (!progress) return;
  progress.begun = true;
  underWay.set((message as { request: object }).request, progress);
});
subscribe('undici:client:sendHeaders', (message) => {
  const progress = underWay.get((message as { request: object }).request);
  if (progress) progress.sent = true;
});

/**
 * Runs one fetch and finds out whether anything of it left this process. `neverSent()` is true only when that is
 * certain; in doubt the request counts as sent, since a message sent twice cannot be taken back.
 */
export function watchSending<T>(run: () => Promise<T>): { result: Promise<T>; neverSent: () => boolean } {
  const progress: Progress = { begun: false, sent: false };
  const result = current.run(progress, run);
  return { result, neverSent: () => progress.begun && !progress.sent };
}
