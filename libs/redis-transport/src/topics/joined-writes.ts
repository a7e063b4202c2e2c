import { type Redis } from 'ioredis';

/**
 * Makes a client's commands of one turn of the event loop go out in one write. Many small actors (inboxes, askers,
 * broadcasters) share a client, and a system call for each of their commands costs this process, and a read and an answer
 * for each cost Redis, more than most commands do. The order stays; nothing waits longer than the turn.
 */
export function joinWrites(client: Redis, clustered: boolean): Redis {
  if (clustered) client.on('+node', (node: Redis) => joinOf(node));
  else joinOf(client);
  return client;
}

function joinOf(client: Redis): void {
  // Each connection has a stream of its own.
  client.on('connect', () => {
    const { stream } = client;
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    let joining = false;
    const joined = (...args: unknown[]): boolean => {
      if (!joining) {
        joining = true;
        stream.cork();
        setImmediate(() => {
          joining = false;
          stream.uncork();
        });
      }
      return write(...args);
    };
    Object.assign(stream, { write: joined });
  });
}
