import { type RedisConnections } from '../connections/redis-connections.js';
import { type Keys } from '../streams/keys.js';
import { SharedClients } from '../topics/shared-clients.js';
import { Asker } from './asker.js';
import { RequestServer } from './request-server.js';

export interface AskOptions {
  readonly timeoutMs: number;
  /** Gives up waiting; `ask` throws its reason. */
  readonly signal?: AbortSignal;
}

export interface RequestContext {
  readonly address: string;
  /** Aborted at the caller's deadline and by `Serving.stop` after its grace. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, ms since 1970 by this process's clock. */
  readonly deadlineMs: number;
}

/** Answers one request. A thrown error goes to the caller as its `code` (a string, else ERROR) and message, never its stack. */
export type RequestHandler = (data: string, context: RequestContext) => Promise<string> | string;

export interface Serving {
  /** Resolves when requests arrive. */
  readonly ready: Promise<void>;
  /**
   * Takes no more requests and waits up to `graceMs` (0 by default) for those begun; the callers of the rest get
   * `RequestFailed` with the code SERVER_STOPPED.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Request and reply on Pub/Sub: at most once, one PUBLISH each way. Of several servers of one address one handles a
 * request: callers who know a server ask it directly; of what is published on the address itself, the first to claim it.
 */
export class Requests {
  private readonly clients: SharedClients;
  private readonly asker: Asker;
  private readonly serving = new Set<RequestServer>();

  constructor(
    connections: RedisConnections,
    private readonly keys: Keys,
  ) {
    this.clients = SharedClients.of(connections);
    this.asker = new Asker(this.clients, keys, connections.clustered);
  }

  /** @throws NobodyAnswers at once, RequestTimeout, RequestFailed (the handler threw), or an error of the connection. */
  ask(address: string, data: string, options: AskOptions): Promise<string> {
    return this.asker.ask(address, data, options);
  }

  serve(address: string, handler: RequestHandler): Serving {
    const server = new RequestServer(this.clients, this.keys, address, handler);
    this.serving.add(server);
    return {
      ready: server.ready,
      stop: (options) => {
        this.serving.delete(server);
        return server.stop(options);
      },
    };
  }

  /** Stops serving and rejects what is being asked. */
  async close(): Promise<void> {
    this.asker.close();
    await Promise.all([...this.serving].map((server) => server.stop()));
    this.serving.clear();
  }
}
