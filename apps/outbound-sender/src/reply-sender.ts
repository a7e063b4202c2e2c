import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '@switchboard/channels';
import { RetryLater } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { ProviderMetrics, type SendOutcome } from '@switchboard/metrics';
import { OutboundLedger, type RateGrant, type TurnContext, webchatEffect } from '@switchboard/redis-transport';
import { callSpan } from '@switchboard/service-kit';
import { Admission } from './sending/admission.js';
import { ClearedReplies } from './sending/cleared-replies.js';
import { decide } from './sending/decide.js';
import { type SendRoute } from './sending/send-route.js';
import { SendRoutes } from './sending/send-routes.js';
import { ServiceWindow } from './sending/service-window.js';
import { Settlement } from './sending/settlement.js';
import { verdictOf } from './sending/verdict-of.js';

/** Somebody else began to send the same reply in this moment. */
const ELSEWHERE_MS = 250;

/** Hands a reply to its channel: a line in the web chat, or a call to the provider's API. */
@Injectable()
export class ReplySender {
  @Inject(ServiceWindow) private readonly window!: ServiceWindow;
  @Inject(ClearedReplies) private readonly cleared!: ClearedReplies;

  constructor(
    private readonly routes: SendRoutes,
    private readonly ledger: OutboundLedger,
    private readonly settlement: Settlement,
    private readonly admission: Admission,
    private readonly metrics: ProviderMetrics,
  ) {}

  /**
   * @throws Unrecoverable when it can never be sent, RetryLater when it must wait, which costs no attempt, else what went
   * wrong.
   */
  async send(reply: Envelope<AgentReply>, turn: TurnContext): Promise<void> {
    if (reply.payload.replyTo.channel === 'webchat') {
      turn.effect(webchatEffect(reply.property_id, reply.payload.replyTo.to, lineOf(reply)));
      return;
    }
    const route = this.routes.of(reply, turn.signal);
    const looked = this.cleared.take(reply.message_id) ? { over: false } : await this.look(reply, route);
    if (looked.over) return;
    const grant = await this.admission.admit(reply, route).catch((error: unknown) => {
      if (looked.triedBeforeMs === undefined) this.cleared.add(reply.message_id);
      throw error;
    });
    if (!(await this.begin(reply, route))) {
      await this.admission.over(grant, route, { health: 'ok' });
      throw new RetryLater(ELSEWHERE_MS, 'the reply is being sent elsewhere');
    }
    await this.call(reply, route, { grant, tryingMs: looked.triedBeforeMs ?? 0 });
  }

  /** What the ledger and the service window say. @throws what forbids the reply, or makes it wait for a provider's word */
  private async look(
    reply: Envelope<AgentReply>,
    route: SendRoute,
  ): Promise<{ readonly over: boolean; readonly triedBeforeMs?: number }> {
    const [page, refusal] = await Promise.all([this.ledger.look(reply.message_id), this.window.refusal(reply, route)]);
    if (page && (await this.settlement.settle(page, reply, route)) === 'sent') return { over: true };
    if (refusal) throw refusal;
    return { over: false, ...(page ? { triedBeforeMs: page.firstCalledAgoMs } : {}) };
  }

  /** Writes the intent; a provider that takes a repeated message only once needs none. */
  private async begin(reply: Envelope<AgentReply>, { adapter, channel }: SendRoute): Promise<boolean> {
    if (adapter.idempotent) return true;
    return this.ledger.begin(reply.message_id, {
      conversationId: reply.conversation_id,
      propertyId: reply.property_id,
      correlationId: reply.correlation_id,
      channel,
    });
  }

  private async call(
    reply: Envelope<AgentReply>,
    route: SendRoute,
    { grant, tryingMs }: { grant: RateGrant; tryingMs: number },
  ): Promise<void> {
    const { channel, adapter, context } = route;
    const startedAtMs = performance.now();
    const called = (outcome: SendOutcome): void =>
      this.metrics.called(channel, outcome, performance.now() - startedAtMs);
    try {
      const { providerMessageId } = await callSpan({ name: `send ${channel}` }, (traceHeaders) =>
        adapter.send(reply.payload, { ...context, traceHeaders }),
      );
      called('sent');
      await Promise.all([
        this.admission.over(grant, route, { health: 'ok' }),
        this.write(route, () => this.ledger.sent(reply.message_id, providerMessageId)),
      ]);
    } catch (error) {
      const kind = error instanceof ProviderError ? error.kind : 'retry';
      called(kind);
      const { message_id: id } = reply;
      const [inTrouble] = await Promise.all([
        this.admission.over(grant, route, verdictOf(error)),
        this.write(route, () => (kind === 'unknown-outcome' ? this.ledger.unknown(id) : this.ledger.free(id))),
      ]);
      decide(error, { tryingMs, senderInTrouble: grant.trial || inTrouble });
    }
  }

  /** A result that cannot be written leaves the intent, and is found out when the reply is tried again. */
  private async write({ adapter }: SendRoute, write: () => Promise<void>): Promise<void> {
    if (!adapter.idempotent) await write().catch(() => undefined);
  }
}

function lineOf({ message_id, timestamp, payload }: Envelope<AgentReply>) {
  return { id: message_id, from: payload.author, text: payload.text, timestamp, inReplyTo: payload.inReplyTo };
}
