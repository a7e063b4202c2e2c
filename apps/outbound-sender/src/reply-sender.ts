import { Inject, Injectable } from '@nestjs/common';
import { channels, ProviderError, type ProviderApi, type SendContext } from '@switchboard/channels';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { ProviderMetrics, type SendOutcome } from '@switchboard/metrics';
import { type TurnContext, webchatEffect } from '@switchboard/redis-transport';
import { callSpan, PropertyDirectory, type Source } from '@switchboard/service-kit';

/** Injection token of the longest time for one call to a provider, ms. */
export const PROVIDER_TIMEOUT_MS = Symbol('PROVIDER_TIMEOUT_MS');

/** A provider that asks for a longer wait holds up the conversation too long: a person decides. */
const LONGEST_HOLD_MS = 10 * 60_000;

/** Hands a reply to its channel: a line in the web chat, or a call to the provider's API. */
@Injectable()
export class ReplySender {
  constructor(
    private readonly properties: PropertyDirectory,
    @Inject(PROVIDER_TIMEOUT_MS) private readonly timeoutMs: number,
    private readonly metrics: ProviderMetrics,
  ) {}

  /** @throws Unrecoverable when it can never be sent, RetryLater when the provider asks to wait, else what went wrong. */
  async send(reply: Envelope<AgentReply>, turn: TurnContext): Promise<void> {
    const { channel, source, to } = reply.payload.replyTo;
    if (channel === 'webchat') {
      turn.effect(webchatEffect(reply.property_id, to, lineOf(reply)));
      return;
    }
    const context = this.contextOf(reply, source, turn.signal);
    const startedAtMs = performance.now();
    const called = (outcome: SendOutcome): void =>
      this.metrics.called(channel, outcome, performance.now() - startedAtMs);
    try {
      await callSpan({ name: `send ${channel}` }, (traceHeaders) =>
        channels[channel].send(reply.payload, { ...context, traceHeaders }),
      );
    } catch (error) {
      called(error instanceof ProviderError ? error.kind : 'retry');
      decide(error);
    }
    called('sent');
  }

  private contextOf(reply: Envelope<AgentReply>, sourceId: string, signal: AbortSignal): SendContext {
    return {
      messageId: reply.message_id,
      correlationId: reply.correlation_id,
      createdAt: reply.timestamp,
      api: apiOf(this.properties.source(sourceId), sourceId),
      timeoutMs: this.timeoutMs,
      signal,
    };
  }
}

function apiOf(source: Source | undefined, id: string): ProviderApi {
  if (!source) throw new Unrecoverable(`there is no source ${id} any more`);
  if (source.kind === 'webchat' || !source.api) {
    throw new Unrecoverable(`source ${id} has no api in PROPERTIES_FILE, so replies cannot be sent`);
  }
  return source.api;
}

function decide(error: unknown): never {
  if (!(error instanceof ProviderError)) throw error;
  if (error.kind === 'permanent') throw new Unrecoverable(error.message, { cause: error });
  if (error.kind === 'unknown-outcome') {
    throw new Unrecoverable(`${error.message}; it may have arrived: look there before you replay it`, { cause: error });
  }
  if (error.retryAfterMs === undefined) throw error;
  if (error.retryAfterMs > LONGEST_HOLD_MS) throw new Unrecoverable(error.message, { cause: error });
  throw new RetryLater(error.retryAfterMs, error.message, { cause: error });
}

function lineOf({ message_id, timestamp, payload }: Envelope<AgentReply>) {
  return { id: message_id, from: payload.author, text: payload.text, timestamp, inReplyTo: payload.inReplyTo };
}
