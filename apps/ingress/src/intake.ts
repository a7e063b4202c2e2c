import { Inject, Injectable } from '@nestjs/common';
import { type InboundDraft, withoutNul } from '@switchboard/channels';
import { type AppendRequest, type Effect } from '@switchboard/delivery';
import { contractOf, encode, type Envelope, envelopeOf, GuestMessage } from '@switchboard/message-schema';
import { HASH_ID, type HashId, type Logger, sendingSpan, SERVICE_LOG } from '@switchboard/service-kit';
import { auditEffect, feedEffect, webchatEffect } from '@switchboard/redis-transport';
import { Inlet, type Taken } from './inlet/inlet.js';

/** How many messages of a request were new, and how many had been taken before. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Injection token of the logical stream that takes the messages of guests. */
export const INBOUND_STREAM = Symbol('INBOUND_STREAM');

/** Stores normalised messages durably; only then may a provider be told that they were accepted. */
@Injectable()
export class Intake {
  constructor(
    private readonly inlet: Inlet,
    @Inject(INBOUND_STREAM) private readonly stream: string,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  /**
   * Appends the messages in order, each with its line for the dashboards and the audit trail.
   *
   * @throws InvalidMessageError when one of them does not fit; none is stored then.
   * @throws an error with `retryAfterMs` when not all could be stored; a repetition of the request stores what is missing.
   */
  async take(drafts: readonly InboundDraft[], correlationId: string): Promise<Receipt> {
    const envelopes = drafts.map((draft) => messageOf(draft, correlationId));
    const taken = await this.publish(envelopes);
    const duplicates = taken.filter(({ duplicate }) => duplicate).length;
    const spooled = taken.filter((one) => one.spooled).length;
    const conversations = [...new Set(drafts.map(({ conversationId }) => this.hashId(conversationId)))];
    this.log.info({ correlationId, messages: taken.length, duplicates, spooled, conversations }, 'stored');
    return { accepted: taken.length - duplicates, duplicates };
  }

  /** One call for all messages of a request; each has a span of its own around it. */
  private async publish(envelopes: readonly Envelope<GuestMessage>[]): Promise<Taken[]> {
    let begin: (publishing: Promise<readonly Taken[]>) => void = () => undefined;
    const publishing = new Promise<readonly Taken[]>((resolve) => (begin = resolve));
    const requests: AppendRequest[] = [];
    const taken = envelopes.map((envelope, i) =>
      sendingSpan(contractOf(GuestMessage).stream, envelope.correlation_id, async (traceparent) => {
        requests.push(this.requestOf(traceparent ? { ...envelope, traceparent } : envelope));
        return (await publishing)[i] as Taken;
      }),
    );
    // A message that cannot be written leaves its span with the reason, and none of the request is sent.
    begin(requests.length === envelopes.length ? this.inlet.publish(requests) : Promise.resolve([]));
    return Promise.all(taken);
  }

  private requestOf(envelope: Envelope<GuestMessage>): AppendRequest {
    return {
      stream: this.stream,
      key: envelope.conversation_id,
      id: envelope.message_id,
      data: encode(envelope),
      effects: effectsOf(envelope),
    };
  }
}

function messageOf(draft: InboundDraft, correlationId: string): Envelope<GuestMessage> {
  return envelopeOf(GuestMessage, {
    message_id: draft.messageId,
    from_agent: draft.from,
    to_agent: `property:${draft.propertyId}`,
    property_id: draft.propertyId,
    conversation_id: draft.conversationId,
    correlation_id: correlationId,
    payload: withoutNul(draft.guestMessage),
  });
}

function effectsOf(envelope: Envelope<GuestMessage>): Effect[] {
  const { payload, message_id, conversation_id, property_id, correlation_id, timestamp } = envelope;
  const { channel, to } = payload.replyTo;
  const effects: Effect[] = [
    feedEffect({
      kind: 'guest.message',
      propertyId: property_id,
      conversationId: conversation_id,
      channel,
      messageId: message_id,
      timestamp,
      text: payload.text,
      from: 'guest',
      ...(payload.guestName ? { guestName: payload.guestName } : {}),
    }),
    auditEffect({
      service: 'ingress',
      action: 'received',
      messageId: message_id,
      conversationId: conversation_id,
      propertyId: property_id,
      correlationId: correlation_id,
      timestamp,
    }),
  ];
  if (channel === 'webchat') {
    const line = {
      id: payload.providerMessageId,
      from: 'guest' as const,
      text: payload.text,
      timestamp,
      inReplyTo: [],
    };
    effects.push(webchatEffect(property_id, to, line));
  }
  return effects;
}
