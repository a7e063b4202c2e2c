import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { RedisConnections } from '@switchboard/redis-transport';
import { Broadcaster, broadcasterDefaults, type BroadcasterOptions } from '../src/broadcaster.js';
import { cookieOf } from '../src/session/session-cookie.js';
import { TestViewer, type ViewRequest } from './test-viewer.js';

/** A broadcaster behind a bare HTTP server, on a real Redis. */
export class RunningBroadcaster {
  readonly events: string[] = [];
  readonly broadcaster: Broadcaster;
  private readonly server = createServer();
  private readonly connections: RedisConnections;
  private readonly viewers: TestViewer[] = [];

  private constructor(url: string, options: Partial<BroadcasterOptions>) {
    this.connections = new RedisConnections({ url, keyPrefix: 'sb:' }, 'test');
    this.broadcaster = new Broadcaster(
      this.connections,
      { ...broadcasterDefaults, partitions: 4, sessionTtlMs: 60_000, ...options },
      {
        unreadable: () => this.events.push('unreadable'),
        readFailed: () => this.events.push('read failed'),
        viewerCame: () => this.events.push('came'),
        viewerLeft: () => this.events.push('left'),
        viewerDropped: () => this.events.push('dropped'),
        updateSent: () => undefined,
        viewerFailed: () => this.events.push('failed'),
      },
    );
    this.broadcaster.attach(this.server);
  }

  static async start(url: string, options: Partial<BroadcasterOptions> = {}): Promise<RunningBroadcaster> {
    const running = new RunningBroadcaster(url, options);
    await new Promise<void>((resolve) => running.server.listen(0, '127.0.0.1', resolve));
    return running;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The `Cookie` header of a fresh session. */
  async cookie(propertyId = 'demo'): Promise<string> {
    const session = await this.broadcaster.sessions.begin(propertyId);
    return cookieOf(session, false).split(';')[0] as string;
  }

  /** Opens a WebSocket; with a fresh session unless the request says otherwise. */
  async view(request: ViewRequest & { propertyId?: string } = {}): Promise<TestViewer> {
    const cookie = request.cookie ?? (await this.cookie(request.propertyId));
    const viewer = new TestViewer(this.port, { ...request, cookie });
    this.viewers.push(viewer);
    return viewer;
  }

  async stop(): Promise<void> {
    for (const viewer of this.viewers) viewer.close();
    this.broadcaster.close();
    await new Promise((resolve) => this.server.close(resolve));
    await this.connections.close();
  }
}
