import { randomBytes } from 'node:crypto';
import { Unavailable } from '@switchboard/delivery';
import { type Redis } from 'ioredis';
import { type Session } from './session.js';

const ID_BYTES = 32;
const RETRY_AFTER_MS = 2_000;
const ID = /^[A-Za-z0-9_-]{43}$/;

/**
 * Sessions in Redis: a hash with a TTL for each, so that every replica knows them and they end by themselves. An id that
 * does not look like one never reaches Redis.
 */
export class SessionStore {
  constructor(
    private readonly redis: Redis,
    private readonly keyPrefix: string,
    private readonly ttlMs: number,
  ) {}

  /** False while there is no connection, so that whoever may wait need not ask. */
  get isReachable(): boolean {
    return this.redis.status === 'ready';
  }

  /** Begins a session. @throws Unavailable while Redis is away. */
  async begin(propertyId: string): Promise<Session> {
    const session = {
      id: randomBytes(ID_BYTES).toString('base64url'),
      propertyId,
      expiresAtMs: Date.now() + this.ttlMs,
    };
    const key = this.key(session.id);
    const results = await this.ask(() =>
      this.redis
        .multi()
        .hset(key, { propertyId, expiresAtMs: session.expiresAtMs })
        .pexpireat(key, session.expiresAtMs)
        .exec(),
    );
    const failed = results?.find(([error]) => error)?.[0];
    if (failed) throw unavailable(failed);
    return session;
  }

  /** The session of an id, or undefined when there is none any more. @throws Unavailable while Redis is away. */
  async find(id: string | undefined): Promise<Session | undefined> {
    if (id === undefined || !ID.test(id)) return undefined;
    const { propertyId, expiresAtMs } = await this.ask(() => this.redis.hgetall(this.key(id)));
    if (propertyId === undefined || expiresAtMs === undefined) return undefined;
    const session = { id, propertyId, expiresAtMs: Number(expiresAtMs) };
    return session.expiresAtMs > Date.now() ? session : undefined;
  }

  /** Ends a session at once. @throws Unavailable while Redis is away. */
  async end(id: string): Promise<void> {
    if (ID.test(id)) await this.ask(() => this.redis.del(this.key(id)));
  }

  private async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw unavailable(error);
    }
  }

  private key(id: string): string {
    return `${this.keyPrefix}session:${id}`;
  }
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('sessions cannot be read or written now', RETRY_AFTER_MS, { cause });
}
