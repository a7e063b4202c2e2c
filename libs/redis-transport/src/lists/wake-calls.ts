import { type Keys } from '../streams/keys.js';
import { type SharedClients } from '../topics/shared-clients.js';
import { WakeBell } from './wake-bell.js';

/**
 * Idle workers of this process are called on one Pub/Sub channel, whatever their queues; a blocking read for each worker
 * would need a connection each. For each item that comes the worker that went idle last is called. A call that is lost
 * costs time only, since an idle worker also looks by itself now and then.
 */
export class WakeCalls {
  private static readonly known = new WeakMap<SharedClients, WakeCalls>();
  private readonly bells = new Map<string, WakeBell>();
  private readonly channel: string;
  private number = 0;
  private readonly listener = {
    message: (_: string, session: string) => this.call(session),
    gap: () => this.callAll(),
    closed: () => this.callAll(),
  };

  private constructor(
    private readonly clients: SharedClients,
    keys: Keys,
  ) {
    this.channel = keys.internal(`wake:${clients.id}`);
  }

  static of(clients: SharedClients, keys: Keys): WakeCalls {
    let calls = WakeCalls.known.get(clients);
    if (!calls) WakeCalls.known.set(clients, (calls = new WakeCalls(clients, keys)));
    return calls;
  }

  /** A name for one life of a worker; it tells on which channel the worker is called. */
  session(): string {
    return `${this.clients.id}.${(this.number += 1)}`;
  }

  /** From now on calls are heard, or at least kept until the subscription stands. */
  async join(session: string): Promise<void> {
    this.bells.set(session, new WakeBell());
    if (this.bells.size === 1)
      this.clients.hub.add('channel', this.channel, this.listener).then(
        () => this.callAll(),
        () => undefined,
      );
    await Promise.resolve();
  }

  leave(session: string): void {
    if (this.bells.delete(session) && this.bells.size === 0) {
      this.clients.hub.remove('channel', this.channel, this.listener);
    }
  }

  call(session: string): void {
    this.bells.get(session)?.ring();
  }

  /** Drops a call that came before; the worker is about to look. */
  forget(session: string): void {
    this.bells.get(session)?.mute();
  }

  /** Resolves when the worker is called or the time is up. */
  async called(session: string, ms: number): Promise<void> {
    const bell = this.bells.get(session);
    if (bell) await bell.rungWithin(ms);
    else await new Promise((resolve) => setTimeout(resolve, ms));
  }

  private callAll(): void {
    for (const bell of this.bells.values()) bell.ring();
  }
}
