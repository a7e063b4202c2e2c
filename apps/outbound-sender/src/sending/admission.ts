import { Inject, Injectable } from '@nestjs/common';
import { RetryLater } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { BreakerMetrics, RateMetrics } from '@switchboard/metrics';
import { type BreakerState, RateGovernor, type RateGrant, type RateVerdict } from '@switchboard/redis-transport';
import { HASH_ID, type HashId, type Logger, SERVICE_LOG } from '@switchboard/service-kit';
import { rateRequestOf } from './rate-request.js';
import { type SendRoute } from './send-route.js';

/** The store of the limits does not answer: nothing may be sent, and it is no fault of the reply. */
const GOVERNOR_AWAY_MS = 500;
/** The engine's timers may fire this much early. */
const TIMER_MS = 1;

/** Lets replies through as fast as limits and circuit breakers allow. */
@Injectable()
export class Admission {
  constructor(
    private readonly governor: RateGovernor,
    private readonly rates: RateMetrics,
    private readonly breakers: BreakerMetrics,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  /** Leave to send now. @throws RetryLater with the time at which to ask again, which costs neither slot nor attempt. */
  async admit(reply: Envelope<AgentReply>, route: SendRoute): Promise<RateGrant> {
    const answer = await this.governor.take(rateRequestOf(reply, route)).catch((cause: unknown) => {
      throw new RetryLater(GOVERNOR_AWAY_MS, 'the rate limits cannot be asked', { cause });
    });
    if (!answer.admitted) {
      if (answer.first) this.rates.mustWait(route.channel);
      throw new RetryLater(answer.afterMs + TIMER_MS, 'not yet allowed by rate limit or breaker');
    }
    this.rates.admitted(route.channel, answer.waitedMs);
    if (!answer.trial) this.breakers.heard(route.channel, this.senderOf(answer), { open: false });
    return answer;
  }

  /**
   * The call is over. A verdict that is lost only makes the limits stricter for the time of one call.
   *
   * @returns whether the sender's circuit breaker is open: what went wrong is then not the reply's fault.
   */
  async over(grant: RateGrant, route: SendRoute, verdict: RateVerdict): Promise<boolean> {
    const state = await this.governor.settle(grant, verdict).catch(() => undefined);
    if (!state) return false;
    this.tell(grant, route, verdict, state);
    return state.open;
  }

  private tell(grant: RateGrant, route: SendRoute, verdict: RateVerdict, state: BreakerState): void {
    const sender = this.senderOf(grant);
    this.breakers.heard(route.channel, sender, state);
    if (state.openedForMs === undefined) return;
    const line = {
      channel: route.channel,
      source: route.sourceId,
      sender: this.hashId(sender),
      openMs: state.openedForMs,
    };
    if (verdict.health === 'pause') this.log.error(line, 'a sender is paused: the provider takes nothing from it');
    else this.log.warn(line, 'a sender waits: the provider is in trouble');
  }

  private senderOf({ request }: RateGrant): string {
    return `${request.account}:${request.scopes.sender.name}`;
  }
}
