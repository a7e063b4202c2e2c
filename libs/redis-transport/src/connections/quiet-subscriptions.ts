import { type Redis, SentinelConnector } from 'ioredis';

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * ioredis subscribes anew after a reconnect (`event_handler.js`) and nobody holds that promise: a connection that closes in
 * this moment would end the process as an unhandled rejection. Callers still get every rejection; only a promise that
 * nobody holds falls silent. In a cluster the same is true of the ASKING it sends before a redirected command.
 */
export function quieten(
  client: Redis,
  ...calls: readonly ('subscribe' | 'psubscribe' | 'ssubscribe' | 'asking')[]
): void {
  const methods = client as unknown as Record<string, Call>;
  for (const name of calls) {
    const call = (methods[name] as Call).bind(client);
    methods[name] = (...args) => {
      const pending = call(...args);
      pending.catch(() => undefined);
      return pending;
    };
  }
}

/** Asks Sentinels as ioredis does; its own subscriptions to `+switch-master` fail without ending the process. */
export class QuietSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof SentinelConnector>[0]);
    const inner = this as unknown as { connectToSentinel(...args: unknown[]): Redis };
    const connect = inner.connectToSentinel.bind(this);
    inner.connectToSentinel = (...args) => {
      const client = connect(...args);
      quieten(client, 'subscribe');
      // Without a listener ioredis writes the error to the console; a lookup tells its own.
      client.on('error', () => undefined);
      return client;
    };
  }
}
