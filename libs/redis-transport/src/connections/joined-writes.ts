import { type Redis } from 'ioredis';

/** More than this waits for nothing, bytes: the server can begin while the rest is being made. */
const ENOUGH_BYTES = 16_384;

/**
 * Makes a client's commands of one turn of the event loop go out in one write. A system call for each command costs this
 * process, and a read and an answer for each cost Redis, more than most commands do. The order stays; nothing waits longer
 * than the turn.
 */
export function joinWrites(client: Redis, clustered: boolean): void {
  if (clustered) client.on('+node', (node: Redis) => joinOf(node));
  else joinOf(client);
}

function joinOf(client: Redis): void {
  // Each connection has a stream of its own.
  client.on('connect', () => {
    const { stream } = client;
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    let joining = false;
    const send = (): void => {
      joining = false;
      stream.uncork();
    };
    const joined = (...args: unknown[]): boolean => {
      if (!joining) {
        joining = true;
        stream.cork();
        setImmediate(() => joining && send());
      }
      const free = write(...args);
      if (joining && stream.writableLength > ENOUGH_BYTES) send();
      return free;
    };
    Object.assign(stream, { write: joined });
  });
}
