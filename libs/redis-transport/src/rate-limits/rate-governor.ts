import { type RedisConnections } from '../connections/redis-connections.js';
import { RATE_SETTLE } from '../scripts/rate-settle.lua.js';
import { RATE_TAKE } from '../scripts/rate-take.lua.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { RateKeys } from './rate-keys.js';
import { type RateRequest, type RateScope, type RateScopes } from './rate-limit.js';
import { breakerDefaults, type BreakerPolicy, type RateVerdict } from './rate-verdict.js';

/** A ticket outlives its time so long: by then a crashed sender's successor has asked with the same id. */
const TICKET_GRACE_MS = 10_000;

/** Leave to make one call now. Must be settled when the call is over; else it counts until its longest time ends. */
export interface RateGrant {
  readonly admitted: true;
  readonly request: RateRequest;
  readonly number: string;
  /** The server's time. */
  readonly admittedAtMs: number;
  /** Since it first asked. */
  readonly waitedMs: number;
  /** The sender's circuit breaker is open and this call is to find out whether it can close. */
  readonly trial: boolean;
}

/** Not now: ask again, with the same ticket, after this time. */
export interface RateWait {
  readonly admitted: false;
  readonly afterMs: number;
  /** The first answer to this ticket. */
  readonly first: boolean;
}

/** The sender's circuit breaker after a call. */
export interface BreakerState {
  readonly open: boolean;
  /** This call opened it, or was a trial that failed, for so long. */
  readonly openedForMs?: number;
}

const names = ['app', 'pair', 'sender'] as const satisfies (keyof RateScopes)[];

/**
 * Keeps the calls of all processes within several limits at once: never above a limit in any window, whenever between
 * admission and settlement the provider gets each call. Who must wait gets a ticket with its time and asks again only then;
 * tickets are admitted in the order in which they were asked for. All times are the Redis server's.
 */
export class RateGovernor {
  private readonly runner: ScriptRunner;

  constructor(
    private readonly connections: RedisConnections,
    private readonly breaker: BreakerPolicy = breakerDefaults,
  ) {
    this.runner = new ScriptRunner(connections.open('command'), connections.clustered);
  }

  /** @throws Error when Redis does not answer; nothing may be sent then. */
  async take(request: RateRequest): Promise<RateGrant | RateWait> {
    const { account, ticket, longestCallMs, scopes } = request;
    const keys = new RateKeys(this.connections.keyPrefix, account);
    const all = names.map((name) => scopes[name]);
    const reply = await this.runner.one({
      script: RATE_TAKE,
      keys: [
        keys.ticket(ticket),
        keys.numbers,
        ...all.flatMap(({ name }) => {
          const { sent, waiting, state } = keys.scope(name);
          return [sent, waiting, state];
        }),
      ],
      args: [longestCallMs, TICKET_GRACE_MS, ...all.flatMap(limitsOf)],
    });
    const [admitted, ...rest] = reply as [number, ...(string | number)[]];
    if (admitted === 0) return { admitted: false, afterMs: Number(rest[0]), first: rest[1] === 1 };
    return {
      admitted: true,
      request,
      number: String(rest[0]),
      admittedAtMs: Number(rest[1]),
      waitedMs: Number(rest[2]),
      trial: rest[3] === 1,
    };
  }

  /**
   * The call of a grant is over.
   *
   * @throws Error when Redis does not answer; the call then counts until its longest time ends.
   */
  async settle(grant: RateGrant, verdict: RateVerdict): Promise<BreakerState> {
    const { account, scopes } = grant.request;
    const keys = new RateKeys(this.connections.keyPrefix, account);
    const { faults, minOpenMs, maxOpenMs, minPauseMs, maxPauseMs } = this.breaker;
    const openMs = await this.runner.one({
      script: RATE_SETTLE,
      keys: names.flatMap((name) => {
        const { sent, state } = keys.scope(scopes[name].name);
        return [sent, state];
      }),
      args: [
        ...[grant.number, grant.admittedAtMs, verdict.health],
        ...[faults, minOpenMs, maxOpenMs, minPauseMs, maxPauseMs, grant.trial ? 1 : 0],
        ...names.flatMap((name) => [
          verdict.slow === name ? 1 : 0,
          name === (verdict.slow ?? 'sender') ? Math.ceil(verdict.blockMs ?? 0) : 0,
        ]),
      ],
    });
    const ms = Number(openMs);
    return { open: ms >= 0, ...(ms > 0 ? { openedForMs: ms } : {}) };
  }
}

function limitsOf({ limits }: RateScope): number[] {
  return [limits.length, ...limits.flatMap(({ calls, windowMs }) => [calls, windowMs])];
}
