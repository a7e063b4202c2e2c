import { type WebSocket } from 'ws';
import { type Positions } from '../feed/positions.js';
import { type Feeds } from '../feed/feeds.js';
import { type SessionStore } from '../session/session-store.js';
import { type Session } from '../session/session.js';
import { HEARTBEAT_FRAME } from './frames.js';
import { Viewer } from './viewer.js';
import { CloseCode, type SocketLimits, ViewerSocket } from './viewer-socket.js';

/** Settings of the lobby. */
export interface LobbyOptions extends SocketLimits {
  /** Updates in a first snapshot. */
  readonly snapshotSize: number;
  /** Time between two pings; who has not answered one when the next is due is cut off. */
  readonly heartbeatMs: number;
  /** Sockets this process takes. */
  readonly maxViewers: number;
}

/** What happens in the lobby, for logs and metrics. */
export interface LobbyObserver {
  viewerCame(): void;
  viewerLeft(): void;
  viewerDropped(): void;
  updateSent(): void;
  viewerFailed(error: unknown): void;
}

interface Guest {
  readonly socket: WebSocket;
  readonly out: ViewerSocket;
  readonly session: Session;
  answered: boolean;
}

/** All sockets of this process: takes them in, keeps their hearts beating, sends away whose session has ended. */
export class Lobby {
  private readonly guests = new Set<Guest>();
  private readonly timer: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly feeds: Feeds,
    private readonly sessions: SessionStore,
    private readonly options: LobbyOptions,
    private readonly observer: LobbyObserver,
  ) {
    this.timer = setInterval(() => this.beat(), options.heartbeatMs);
    this.timer.unref();
  }

  /** True when nobody more is taken in, also during shutdown. */
  get isFull(): boolean {
    return this.closed || this.guests.size >= this.options.maxViewers;
  }

  /** Takes in an open socket of a valid session. */
  admit(socket: WebSocket, session: Session, cursor: Positions | undefined): void {
    const out = new ViewerSocket(socket, this.options, () => this.observer.viewerDropped());
    const viewer = new Viewer(out, this.feeds, this.options.snapshotSize, () => this.observer.updateSent());
    const guest: Guest = { socket, out, session, answered: true };
    this.guests.add(guest);
    this.observer.viewerCame();
    socket.on('pong', () => (guest.answered = true));
    // Pages have nothing to say here; what they send anyway is refused.
    socket.on('message', () => out.close(CloseCode.policy, 'nothing expected'));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      viewer.end();
      this.guests.delete(guest);
      this.observer.viewerLeft();
    });
    viewer.start(session.propertyId, cursor).catch((error: unknown) => {
      this.observer.viewerFailed(error);
      out.close(CloseCode.tryAgainLater, 'try again');
    });
  }

  /** Sends away all sockets of a session that has been ended. */
  dismiss(sessionId: string): void {
    for (const { session, out } of this.guests) if (session.id === sessionId) out.close(CloseCode.policy, 'session');
  }

  /** Sends everybody away, to come back to another replica. */
  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    for (const { out } of this.guests) out.close(CloseCode.goingAway, 'restart');
  }

  private beat(): void {
    for (const guest of this.guests) {
      if (!guest.answered) guest.socket.terminate();
      else if (guest.session.expiresAtMs <= Date.now()) guest.out.close(CloseCode.policy, 'session');
      else this.ask(guest);
    }
    this.recheck().catch((error: unknown) => this.observer.viewerFailed(error));
  }

  private ask(guest: Guest): void {
    guest.answered = false;
    if (!guest.out.isOpen) return;
    guest.socket.ping();
    guest.out.send(HEARTBEAT_FRAME);
  }

  /** Sessions may have been ended elsewhere. While Redis is away everybody stays until the known end of the session. */
  private async recheck(): Promise<void> {
    if (!this.sessions.isReachable) return;
    const ids = new Set([...this.guests].map(({ session }) => session.id));
    for (const id of ids) if (!(await this.sessions.find(id))) this.dismiss(id);
  }
}
