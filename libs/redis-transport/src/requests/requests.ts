import { type RedisConnections } from '../connections/redis-connections.js';
import { type Keys } from '../streams/keys.js';
import { SharedClients } from '../topics/shared-clients.js';
import { Asker } from './asker.js';
import { RequestServer } from './request-server.js';
import { type AskOptions, type RequestHandler, type Serving } from './request-handler.js';

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
