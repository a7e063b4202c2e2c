import { type Server } from 'node:http';
import { Keys, type RedisConnections } from '@switchboard/redis-transport';
import { WebSocketDoor } from './entrance/websocket-door.js';
import { FeedBell } from './feed/feed-bell.js';
import { Feeds } from './feed/feeds.js';
import { type FeedObserver } from './feed/property-feed.js';
import { SessionStore } from './session/session-store.js';
import { Lobby, type LobbyObserver, type LobbyOptions } from './viewer/lobby.js';

/** Settings of the broadcaster; sizes and times have defaults that suit a hotel. */
export interface BroadcasterOptions extends LobbyOptions {
  readonly partitions: number;
  readonly sessionTtlMs: number;
  /** Origins whose pages may watch, beside the server's own. */
  readonly allowedOrigins: readonly string[];
  /** Time between two comparisons of watched feeds with their streams. */
  readonly surveyMs: number;
}

/** What holds unless somebody says otherwise. */
export const broadcasterDefaults = {
  allowedOrigins: [],
  surveyMs: 5_000,
  snapshotSize: 200,
  heartbeatMs: 15_000,
  maxViewers: 1_000,
  maxBufferedBytes: 2 << 20,
  drainMs: 10_000,
} as const satisfies Partial<BroadcasterOptions>;

export type BroadcasterObserver = FeedObserver & LobbyObserver;

/** Puts the parts together: two Redis connections, the feeds, the sessions, the lobby and its door. */
export class Broadcaster {
  readonly sessions: SessionStore;
  readonly lobby: Lobby;
  private readonly feeds: Feeds;
  private readonly door: WebSocketDoor;

  constructor(connections: RedisConnections, options: BroadcasterOptions, observer: BroadcasterObserver) {
    const redis = connections.open('command');
    const keys = new Keys(connections.keyPrefix);
    const bell = new FeedBell(connections.open('subscriber'));
    const { partitions, surveyMs } = options;
    this.feeds = new Feeds({ redis, keys, partitions, surveyMs }, bell, observer);
    this.sessions = new SessionStore(redis, connections.keyPrefix, options.sessionTtlMs);
    this.lobby = new Lobby(this.feeds, this.sessions, options, observer);
    this.door = new WebSocketDoor(this.sessions, this.lobby, options);
  }

  /** Takes the WebSocket handshakes of an HTTP server. */
  attach(server: Server): void {
    this.door.attach(server);
  }

  /** Sends all viewers to another replica and stops. */
  close(): void {
    this.lobby.close();
    this.feeds.close();
  }
}
