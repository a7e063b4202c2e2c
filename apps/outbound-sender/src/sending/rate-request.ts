import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { type RateRequest } from '@switchboard/redis-transport';
import { senderLimits } from '@switchboard/service-kit';
import { type SendRoute } from './send-route.js';

/** A call's abort is noticed so late at most. */
const ABORT_SLACK_MS = 1_000;

/** The limits a reply must keep: of its source, of what it is sent through and of that and the guest together. */
export function rateRequestOf(reply: Envelope<AgentReply>, { sourceId, rules, context }: SendRoute): RateRequest {
  const { via = '', to } = reply.payload.replyTo;
  return {
    account: sourceId,
    ticket: reply.message_id,
    longestCallMs: context.timeoutMs + ABORT_SLACK_MS,
    scopes: {
      app: { name: 'app', limits: rules.app },
      pair: { name: `pair:${via}:${to}`, limits: rules.pair },
      sender: { name: `sender:${via}`, limits: senderLimits(rules, via) },
    },
  };
}
