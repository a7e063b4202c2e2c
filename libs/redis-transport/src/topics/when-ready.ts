import { type Redis } from 'ioredis';

/** Longest wait for a connection that is being made, before a call is refused. */
const CONNECT_MS = 2_500;

/**
 * Resolves when a client can be written to. A command that is queued while the link is down may run long after its
 * caller has given up, so nothing is sent before.
 *
 * @throws Error when the connection is not there in time or was closed.
 */
export async function whenReady(client: Redis, withinMs = CONNECT_MS): Promise<void> {
  if (client.status === 'ready') return;
  let pending = waiting.get(client);
  if (!pending) {
    pending = wait(client, withinMs).finally(() => waiting.delete(client));
    waiting.set(client, pending);
  }
  await pending;
}

/** Many wait for one client at once, when the link is down; they need not all listen to it. */
const waiting = new WeakMap<Redis, Promise<void>>();

function wait(client: Redis, withinMs: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(late);
      client.off('ready', ready);
      client.off('end', ended);
      act();
    };
    const ready = (): void => settle(resolve);
    const ended = (): void => settle(() => reject(new Error('the connection to Redis is closed')));
    const late = setTimeout(() => settle(() => reject(new Error('Redis is not connected'))), withinMs);
    client.on('ready', ready);
    client.on('end', ended);
    if (client.status === 'end') ended();
  });
}
