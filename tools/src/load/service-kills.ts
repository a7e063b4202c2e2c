import { setTimeout as pause } from 'node:timers/promises';
import { type PrivateRedis, type ServiceName, serviceNames, type Stack } from '@switchboard/testing';
import { type Random } from '../chaos/random.js';

/** Quiet between two kills, ms. */
const CALM_MIN_MS = 200;
const CALM_MAX_MS = 1_000;
/** Redis is away for this time before ingress dies, too, and after it is back, ms. */
const AWAY_MIN_MS = 1_000;
const AWAY_MAX_MS = 2_000;

/** A time without Redis, ms since 1970. */
export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Kills services by SIGKILL and starts them again, and Redis where that is wanted. */
export class ServiceKills {
  readonly kills = Object.fromEntries(serviceNames.map((name) => [name, 0])) as Record<ServiceName, number>;
  readonly outages: Outage[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly random: Random,
    private readonly say: (line: string) => void,
  ) {}

  /** Every service once, two at a time in random order, unless the signal comes; with a Redis, that one in the middle. */
  async round({ over, redis }: { readonly over?: AbortSignal; readonly redis?: PrivateRedis } = {}): Promise<void> {
    const deck = this.random.shuffled(serviceNames);
    for (let i = 0; i < deck.length; i += 2) {
      await this.calm(over);
      if (over?.aborted) return;
      if (redis && i === 2) await this.outage(redis);
      await this.killTogether(deck.slice(i, i + 2));
    }
  }

  /** Rounds until the signal. */
  async goOn(over: AbortSignal): Promise<void> {
    while (!over.aborted) await this.round({ over });
  }

  private async killTogether(names: readonly ServiceName[]): Promise<void> {
    await Promise.all(names.map((name) => this.kill(name)));
  }

  private async kill(name: ServiceName): Promise<void> {
    this.say(`kill -9 ${name}`);
    await this.stack.service(name).process.kill('SIGKILL');
    this.kills[name] += 1;
    await this.stack.start(name);
  }

  /** Redis dies, ingress after it, then both come back, ingress first. */
  private async outage(redis: PrivateRedis): Promise<void> {
    this.say('kill -9 redis');
    await redis.kill('SIGKILL');
    const fromMs = Date.now();
    await pause(this.random.between(AWAY_MIN_MS, AWAY_MAX_MS));
    await this.kill('ingress');
    await pause(this.random.between(AWAY_MIN_MS, AWAY_MAX_MS));
    this.outages.push({ fromMs, untilMs: Date.now() });
    await redis.restart();
    this.say('redis is back');
  }

  private async calm(over?: AbortSignal): Promise<void> {
    const ms = this.random.between(CALM_MIN_MS, CALM_MAX_MS);
    await pause(ms, undefined, over ? { signal: over } : {}).catch(() => undefined);
  }
}
