import type { ConversationUpdate } from '@switchboard/message-schema';
import { retryDelayMs } from '../retry-delay.js';
import { type Frame, readFrame } from './frames.js';
import { currentSession } from './session.js';

/** How the page is connected. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly retryAtMs: number };

/** What the feed tells the page. */
export interface FeedEvents {
  /** `isNews`: it came after the first look at what there was. */
  onUpdate(update: ConversationUpdate, isNews: boolean): void;
  /** What is known does not connect to what comes now. */
  onReset(): void;
  onLink(state: LinkState): void;
  onSignedOut(): void;
}

/** The server sends a heartbeat every 15 s; a link that is silent for three of them is dead. */
const SILENCE_MS = 45_000;
const WATCH_MS = 5_000;
const POLICY_VIOLATION = 1008;

/**
 * The live updates of the session's property. Reconnects by itself and goes on after the last update seen, so that a lost
 * connection loses nothing.
 */
export class LiveFeed {
  private socket: WebSocket | undefined;
  private cursor = '';
  private firstLookDone = false;
  private failures = 0;
  private lastHeardMs = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private running = false;

  constructor(private readonly events: FeedEvents) {}

  /** Connects; the session must exist. */
  start(): void {
    this.running = true;
    this.forget();
    this.failures = 0;
    this.watchTimer = setInterval(() => this.watch(), WATCH_MS);
    this.open();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.retryTimer);
    clearInterval(this.watchTimer);
    this.socket?.close();
    this.socket = undefined;
  }

  /** Tries at once when a try is due later, for example because the network is back. */
  hurry(): void {
    if (!this.running || this.retryTimer === undefined) return;
    void this.retry();
  }

  private open(): void {
    this.events.onLink({ kind: 'connecting' });
    const url = new URL(`ws?cursor=${encodeURIComponent(this.cursor)}`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.socket = socket;
    this.lastHeardMs = Date.now();
    socket.onmessage = (event) => {
      if (socket === this.socket) this.take(readFrame(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event);
    };
  }

  private take(frame: Frame | undefined): void {
    this.lastHeardMs = Date.now();
    if (frame?.type === 'update') {
      this.cursor = frame.cursor;
      this.events.onUpdate(frame.update, this.firstLookDone);
    } else if (frame?.type === 'snapshot-end') {
      this.cursor = frame.cursor;
      this.firstLookDone = true;
      this.failures = 0;
      this.events.onLink({ kind: 'live' });
    } else if (frame?.type === 'reset') {
      this.startAfresh();
    }
  }

  private startAfresh(): void {
    this.forget();
    this.events.onReset();
  }

  private forget(): void {
    this.cursor = '';
    this.firstLookDone = false;
  }

  private lost({ code, reason }: CloseEvent): void {
    this.socket = undefined;
    if (!this.running) return;
    if (code === POLICY_VIOLATION && reason === 'cursor') this.startAfresh();
    this.retryLater();
  }

  private retryLater(): void {
    const delayMs = retryDelayMs(this.failures++);
    this.events.onLink({ kind: 'waiting', retryAtMs: Date.now() + delayMs });
    this.retryTimer = setTimeout(() => void this.retry(), delayMs);
  }

  /** A page cannot see why a handshake was refused, so it asks for its session first. */
  private async retry(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.events.onLink({ kind: 'connecting' });
    try {
      const session = await currentSession();
      if (!this.running) return;
      if (session) this.open();
      else this.events.onSignedOut();
    } catch {
      if (this.running) this.retryLater();
    }
  }

  private watch(): void {
    if (!this.socket || Date.now() - this.lastHeardMs < SILENCE_MS) return;
    const dead = this.socket;
    this.socket = undefined;
    dead.close();
    this.retryLater();
  }
}
