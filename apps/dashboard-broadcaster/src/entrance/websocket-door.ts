import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { decodeCursor } from '../feed/cursor.js';
import { sessionIdIn } from '../session/session-cookie.js';
import { type SessionStore } from '../session/session-store.js';
import { type Session } from '../session/session.js';
import { type Lobby } from '../viewer/lobby.js';
import { CloseCode } from '../viewer/viewer-socket.js';
import { isOwnOrigin } from './origin.js';
import { refuse } from './refusal.js';

const PATH = '/ws';
/** Largest message a browser may send; it has nothing to send at all. */
const MAX_PAYLOAD_BYTES = 64 * 1024;

/** Settings of the door. */
export interface DoorOptions {
  /** Origins let in beside the server's own. */
  readonly allowedOrigins: readonly string[];
  readonly partitions: number;
}

/**
 * The handshake of `WS /ws?cursor=`. Refuses before the upgrade: 404 elsewhere, 403 for a foreign page, 401 without a
 * session, 503 while Redis is away or the lobby is full. A page cannot see such a status, so it asks GET /api/session
 * first. A bad cursor is told after the upgrade, by close code 1008 with the reason `cursor`, which a page can see.
 */
export class WebSocketDoor {
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    clientTracking: false,
  });

  constructor(
    private readonly sessions: SessionStore,
    private readonly lobby: Lobby,
    private readonly options: DoorOptions,
  ) {}

  /** Takes the upgrades of an HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request, connection, head) => {
      connection.on('error', () => connection.destroy());
      this.enter(request, connection, head).catch(() => refuse(connection, 503, 'The session cannot be checked now.'));
    });
  }

  private async enter(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    const [path, query] = (request.url ?? '/').split('?', 2);
    if (path !== PATH) return refuse(connection, 404, `WebSockets are at ${PATH}.`);
    if (!isOwnOrigin(request.headers, this.options.allowedOrigins)) {
      return refuse(connection, 403, 'This origin may not watch.');
    }
    const session = await this.sessions.find(sessionIdIn(request.headers.cookie));
    if (!session) return refuse(connection, 401, 'Sign in with POST /api/session first.');
    if (this.lobby.isFull) return refuse(connection, 503, 'There is no room for another viewer now.');
    if (connection.destroyed) return;
    this.upgrade(request, connection, head, { session, cursorText: new URLSearchParams(query).get('cursor') });
  }

  private upgrade(
    request: IncomingMessage,
    connection: Duplex,
    head: Buffer,
    { session, cursorText }: { session: Session; cursorText: string | null },
  ): void {
    const cursor = cursorText ? decodeCursor(cursorText, this.options.partitions) : undefined;
    this.server.handleUpgrade(request, connection, head, (socket) => {
      if (cursorText && !cursor) {
        socket.on('error', () => undefined);
        socket.close(CloseCode.policy, 'cursor');
      } else {
        this.lobby.admit(socket, session, cursor);
      }
    });
  }
}
