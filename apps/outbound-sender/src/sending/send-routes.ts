import { Inject, Injectable } from '@nestjs/common';
import { channels, type ProviderApi } from '@switchboard/channels';
import { Unrecoverable } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { PropertyDirectory, type Source } from '@switchboard/service-kit';
import { type SendRoute } from './send-route.js';

/** Injection token of the longest time for one call to a provider, ms. */
export const PROVIDER_TIMEOUT_MS = Symbol('PROVIDER_TIMEOUT_MS');

/** Finds the way of each reply in the properties. */
@Injectable()
export class SendRoutes {
  constructor(
    private readonly properties: PropertyDirectory,
    @Inject(PROVIDER_TIMEOUT_MS) private readonly timeoutMs: number,
  ) {}

  /** @throws Unrecoverable when the properties know none. */
  of(reply: Envelope<AgentReply>, signal: AbortSignal): SendRoute {
    const { channel, source: sourceId } = reply.payload.replyTo;
    if (channel === 'webchat') throw new Unrecoverable('web chat replies are not sent');
    const source = this.properties.source(sourceId);
    const api = apiOf(source, sourceId);
    return {
      channel,
      adapter: channels[channel],
      sourceId,
      api,
      rules: this.properties.sendingOver(source as Source),
      context: {
        messageId: reply.message_id,
        correlationId: reply.correlation_id,
        createdAt: reply.timestamp,
        api,
        timeoutMs: this.timeoutMs,
        signal,
      },
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
