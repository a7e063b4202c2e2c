import { Injectable } from '@nestjs/common';
import { classOfWhatsAppFailure, ProviderError } from '@switchboard/channels';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { type LedgerPage, OutboundLedger } from '@switchboard/redis-transport';
import { type SendRoute } from './send-route.js';

const MIN_LOOK_MS = 250;
const MAX_LOOK_MS = 5_000;
/** A provider may still be storing what it took when the call was given up; only after this time "not there" counts. */
const STORING_MS = 2_000;

/** Finds out what became of a reply that was perhaps sent before, so that it is sent again only when it must be. */
@Injectable()
export class Settlement {
  constructor(private readonly ledger: OutboundLedger) {}

  /**
   * `sent`: the provider has it. `send`: it may be sent.
   *
   * @throws RetryLater while it is not known, Unrecoverable when the provider refused it for good or, by the source's
   * rules, when nobody can find out.
   */
  async settle(page: LedgerPage, reply: Envelope<AgentReply>, route: SendRoute): Promise<'sent' | 'send'> {
    switch (page.state) {
      case 'sent':
        return 'sent';
      case 'free':
        return 'send';
      case 'refused':
        return this.refused(page, reply);
      default:
        return this.find(page, reply, route);
    }
  }

  /** A delivery status said that the reply is lost, and why. */
  private async refused({ code }: LedgerPage, reply: Envelope<AgentReply>): Promise<'send'> {
    await this.ledger.free(reply.message_id);
    const failure = classOfWhatsAppFailure(code, 500);
    if (failure === 'permanent' || failure === 'wait-long' || failure === 'stop') {
      throw new Unrecoverable(`the provider could not deliver it: code ${code} (${failure})`);
    }
    return 'send';
  }

  private async find(page: LedgerPage, reply: Envelope<AgentReply>, route: SendRoute): Promise<'sent' | 'send'> {
    const { adapter, rules, context } = route;
    const asked = await adapter.find?.(reply.payload, context, page.calledAtMs).catch(unanswered);
    if (typeof asked === 'object') {
      await this.ledger.sent(reply.message_id, asked.providerMessageId);
      return 'sent';
    }
    if (asked === 'absent' && page.calledAgoMs > context.timeoutMs + STORING_MS) {
      await this.ledger.free(reply.message_id);
      return 'send';
    }
    const leftMs = rules.settleMs - page.calledAgoMs;
    if (asked === 'hidden' || leftMs <= 0) return this.giveUp(reply, route);
    const waitMs = Math.min(MAX_LOOK_MS, Math.max(MIN_LOOK_MS, page.calledAgoMs / 2), leftMs);
    throw new RetryLater(Math.max(1, waitMs), 'it is not known yet whether the provider took it');
  }

  /** Nobody knows; the ledger forgets, so that a replay is sent. */
  private async giveUp(reply: Envelope<AgentReply>, { rules }: SendRoute): Promise<'send'> {
    await this.ledger.free(reply.message_id);
    if (rules.unknownOutcome === 'send-again') return 'send';
    throw new Unrecoverable('nobody knows whether the provider took it: look there before you replay it');
  }
}

function unanswered(error: unknown): undefined {
  if (!(error instanceof ProviderError)) throw error;
  return undefined;
}
